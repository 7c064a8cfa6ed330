import { CliError } from '../../errors.js';
import type { YamlScalar } from './node.js';

/** What Go's yaml.v2 takes a plain scalar for (resolve.go): YAML 1.1, where `yes` is a boolean. */
export type ScalarTag = '!!null' | '!!bool' | '!!int' | '!!float' | '!!timestamp' | '!!merge' | '!!str' | '!!binary';

const nulls = /^(?:|~|null|Null|NULL)$/;
const booleans = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const integers = /^[-+]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/;
const floats = /^[-+]?(?:[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))$|^\.(?:nan|NaN|NAN)$/;
const timestamps = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ]+[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)? *(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?$/;

function meaning(text: string): ScalarTag {
  if (nulls.test(text)) return '!!null';
  if (text === '<<') return '!!merge';
  if (booleans.test(text)) return '!!bool';
  if (integers.test(text)) return '!!int';
  if (floats.test(text)) return '!!float';
  return timestamps.test(text) ? '!!timestamp' : '!!str';
}

/** The tag that decides how a scalar is decoded; fails where the tag as written does not fit the text. */
export function scalarTag({ text, plain, tag }: YamlScalar): ScalarTag {
  if (tag === null) return plain ? meaning(text) : '!!str';
  if (tag === '!!binary') return '!!binary';
  if (!['!!null', '!!bool', '!!int', '!!float', '!!timestamp'].includes(tag)) return '!!str';

  const found = meaning(text);
  if (found === tag) return found;
  if (tag === '!!float' && found === '!!int') return '!!float';
  throw new CliError(`yaml: cannot decode ${found} \`${text}\` as a ${tag}`);
}

/** The text of a scalar where a string is wanted: as written, and empty for null. */
export function scalarText(scalar: YamlScalar): string {
  const tag = scalarTag(scalar);
  if (tag === '!!null') return '';
  return tag === '!!binary' ? binaryText(scalar.text) : scalar.text;
}

function binaryText(text: string): string {
  const base64 = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    throw new CliError('yaml: !!binary value contains invalid base64 data');
  }
  return Buffer.from(base64, 'base64').toString('utf8');
}
