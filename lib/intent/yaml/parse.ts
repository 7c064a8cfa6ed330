import type * as YamlPackage from 'yaml';
import type { Document, Node, Scalar, YAMLError } from 'yaml';
import { CliError } from '../../errors.js';
import { yamlText } from './bytes.js';
import type { YamlDocument, YamlNode } from './node.js';
import { lineIndex, syntaxProblem } from './problem.js';

type Yaml = typeof YamlPackage;

/** The first document of a YAML stream; what follows it is not even looked at, as in the native client. */
export async function parseYaml(bytes: Uint8Array): Promise<YamlDocument> {
  const text = yamlText(bytes);
  if (text.trim() === '') return { root: null, text };

  // Not before there is something to read: many have no config.yml.
  const yaml = await import('yaml');
  const contents = firstDocument(text, yaml)?.contents ?? null;
  return { root: contents === null ? null : plainNode(contents, { text, anchors: new Map(), yaml }), text };
}

function firstDocument(text: string, yaml: Yaml): Document | undefined {
  const composer = new yaml.Composer({
    // Scalars stay as written: what they mean is decided when they are decoded.
    schema: 'failsafe',
    version: '1.1',
    resolveKnownTags: false,
    // The last of two equal keys wins; looking for them would take a time that grows with the square of their number.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });

  checkDirectives(text);
  for (const document of composer.compose(new yaml.Parser().parse(text))) {
    const [error] = document.errors;
    if (error !== undefined && !followsRoot(document, error, text, yaml)) throw syntaxProblem(error, text);
    return document as Document;
  }
  return undefined;
}

/** A root of brackets or quotes ends by itself, any other with `...`; the native client does not look at what comes after. */
function followsRoot({ contents }: { contents: unknown }, { code, pos }: YAMLError, text: string, yaml: Yaml): boolean {
  if (code !== 'UNEXPECTED_TOKEN') return false;
  if (/^\.\.\.[ \t]+$/m.test(text.slice(0, pos[0]).split('\n').at(-1) ?? '')) return true;

  const closed =
    (yaml.isCollection(contents) && contents.flow === true) ||
    (yaml.isScalar(contents) && (contents.type === 'QUOTE_DOUBLE' || contents.type === 'QUOTE_SINGLE'));
  return closed && contents.range != null && pos[0] >= contents.range[1];
}

/** The parser takes every directive, the native client knows two of them, and YAML 1.1 only. */
function checkDirectives(text: string): void {
  const [head = ''] = /^(?:[%#][^\n]*\n|\s*\n)*/.exec(text) ?? [];
  for (const line of head.split('\n').filter((candidate) => candidate.startsWith('%'))) {
    const [, name, value] = /^%([^\s]*)\s*(\S*)/.exec(line) ?? [];
    if (name === 'YAML' && value !== '1.1') throw new CliError('yaml: found incompatible YAML document');
    if (name !== 'YAML' && name !== 'TAG') throw new CliError('yaml: found unknown directive name');
  }
}

interface Context {
  text: string;
  anchors: Map<string, YamlNode>;
  yaml: Yaml;
}

function plainNode(node: Node, context: Context): YamlNode {
  const { anchors, yaml } = context;
  const at = node.range?.[0] ?? 0;

  if (yaml.isAlias(node)) {
    const target = anchors.get(node.source);
    if (target === undefined) throw new CliError(`yaml: unknown anchor '${node.source}' referenced`);
    return { kind: 'alias', name: node.source, target, at };
  }

  const plain = emptyNode(node, at, context);
  // An anchor counts from its first character on, so that a node can name itself, and be refused for that.
  if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, plain);

  if (plain.kind === 'map' && yaml.isMap(node)) {
    for (const { key, value } of node.items) {
      const name = plainNode(key as Node, context);
      refuseMissingKey(name, context.text);
      plain.entries.push([name, value == null ? nothing(at) : plainNode(value as Node, context)]);
    }
  }
  if (plain.kind === 'sequence' && yaml.isSeq(node)) {
    for (const item of node.items) plain.items.push(plainNode(item as Node, context));
  }
  return plain;
}

function emptyNode(node: Node, at: number, { text, yaml }: Context): YamlNode {
  if (yaml.isMap(node)) return { kind: 'map', entries: [], at };
  if (yaml.isSeq(node)) return { kind: 'sequence', items: [], at };
  if (!yaml.isScalar(node)) return nothing(at);

  const plain = node.type === undefined || node.type === 'PLAIN';
  return { kind: 'scalar', text: scalarSource(node, text), plain, tag: shortTag(node.tag), at };
}

/** A block scalar whose last line has no line feed gets none, other than in YAML 1.2. */
function scalarSource({ value, type, range }: Scalar, text: string): string {
  const source = String(value ?? '');
  const cutOff = type?.startsWith('BLOCK_') === true && range != null && range[1] >= text.length && !text.endsWith('\n');
  return cutOff ? source.replace(/\n$/, '') : source;
}

/** `: value` without a key before it is an empty key in YAML 1.2 only. */
function refuseMissingKey(key: YamlNode, text: string): void {
  if (key.kind === 'scalar' && key.plain && key.text === '' && key.tag === null && /^[ \t]*:/.test(text.slice(key.at, key.at + 80))) {
    const line = lineIndex(text, key.at);
    throw new CliError(`yaml: ${line === 0 ? '' : `line ${line}: `}did not find expected key`);
  }
}

function nothing(at: number): YamlNode {
  return { kind: 'scalar', text: '', plain: true, tag: null, at };
}

function shortTag(tag: string | undefined): string | null {
  return tag === undefined ? null : tag.replace(/^tag:yaml\.org,2002:/, '!!');
}
