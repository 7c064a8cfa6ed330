import { CliError } from '../errors.js';
import { goQuote, goQuoteByte, parseGoBoolean } from './go-text.js';

/** One flag, as data. A `list` flag collects every use; of the others the last use wins. */
export interface Flag {
  name: string;
  /** One ASCII letter. */
  short?: string;
  kind: 'boolean' | 'string' | 'list' | 'number';
  describe: string;
  /** What help calls the value: `--wait <seconds>`. */
  placeholder?: string;
  default?: number;
  /** Left out of help. */
  hidden?: boolean;
}

export type FlagValue = boolean | string | number | string[];

export interface ParsedFlags {
  /** Every flag of the command has a value here: false, '', [] or its default where it was not given. */
  values: Record<string, FlagValue>;
  positionals: string[];
}

/** Flags and positionals in any order, with the meaning and the error texts of pflag 1.0, which the native client uses. */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const values = Object.fromEntries(flags.map((flag) => [flag.name, emptyValue(flag)]));
  const positionals: string[] = [];
  const rest = [...argv];
  const set = (flag: Flag, text: string) => {
    values[flag.name] = nextValue(flag, values[flag.name], text);
  };

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { values, positionals: [...positionals, ...rest] };

    if (word.startsWith('--')) readLong(word, rest, flags, set);
    else if (word.startsWith('-') && word.length > 1) readShorts(word, rest, flags, set);
    else positionals.push(word);
  }

  return { values, positionals };
}

type Set = (flag: Flag, text: string) => void;

function readLong(word: string, rest: string[], flags: readonly Flag[], set: Set): void {
  if (/^--[-=]/.test(word)) throw new CliError(`bad flag syntax: ${word}`);

  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const flag = flags.find((candidate) => candidate.name === name);
  if (flag === undefined) throw new CliError(`unknown flag: --${name}`);

  if (equals !== -1) return set(flag, word.slice(equals + 1));
  if (flag.kind === 'boolean') return set(flag, 'true');

  const value = rest.shift();
  if (value === undefined) throw new CliError(`flag needs an argument: ${word}`);
  set(flag, value);
}

function readShorts(word: string, rest: string[], flags: readonly Flag[], set: Set): void {
  let letters = word.slice(1);
  // pflag leaves the flags of Go's own test runner alone.
  if (letters.startsWith('test.')) return;

  while (letters !== '') letters = readShort(letters, rest, flags, set);
}

/** Reads one shorthand from the front of a group, and answers what is left of the group. */
function readShort(letters: string, rest: string[], flags: readonly Flag[], set: Set): string {
  const flag = flags.find(({ short }) => short !== undefined && letters.startsWith(short));
  const quoted = goQuoteByte(Buffer.from(letters)[0] ?? 0);
  if (flag === undefined) throw new CliError(`unknown shorthand flag: ${quoted} in -${letters}`);

  const after = letters.slice(1);
  // `-t=x` is x, but the `=` of `-t=` is a value, and that of `-q=` another shorthand: so pflag has it.
  if (after.length > 1 && after.startsWith('=')) {
    set(flag, after.slice(1));
    return '';
  }
  if (flag.kind === 'boolean') {
    set(flag, 'true');
    return after;
  }

  const value = after === '' ? rest.shift() : after;
  if (value === undefined) throw new CliError(`flag needs an argument: ${quoted} in -${letters}`);
  set(flag, value);
  return '';
}

function emptyValue(flag: Flag): FlagValue {
  switch (flag.kind) {
    case 'boolean':
      return false;
    case 'string':
      return '';
    case 'list':
      return [];
    case 'number':
      return flag.default ?? 0;
  }
}

function nextValue(flag: Flag, before: FlagValue | undefined, text: string): FlagValue {
  switch (flag.kind) {
    case 'boolean':
      return parseGoBoolean(text) ?? refuse(flag, text, 'strconv.ParseBool');
    case 'string':
      return text;
    case 'list':
      return [...(Array.isArray(before) ? before : []), text];
    case 'number':
      return /^[-+]?[0-9]+$/.test(text) ? Number(text) : refuse(flag, text, 'strconv.ParseInt');
  }
}

function refuse(flag: Flag, text: string, parser: string): never {
  const name = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
  throw new CliError(
    `invalid argument ${goQuote(text)} for "${name}" flag: ${parser}: parsing ${goQuote(text)}: invalid syntax`,
  );
}
