import type * as YamlPackage from 'yaml';
import type { Document, Node, YAMLError } from 'yaml';
import { CliError } from '../../errors.js';
import { yamlText } from './bytes.js';
import type { YamlDocument, YamlNode } from './node.js';
import { syntaxProblem } from './problem.js';

type Yaml = typeof YamlPackage;

/** The first document of a YAML stream; what follows it is not even looked at, as in the native client. */
export async function parseYaml(bytes: Uint8Array): Promise<YamlDocument> {
  const text = yamlText(bytes);
  if (text.trim() === '') return { root: null, text };

  // Loaded only here: 20 ms that a create without YAML need not spend.
  const yaml = await import('yaml');
  const document = firstDocument(text, yaml);
  if (document === undefined) return { root: null, text };

  return { root: document.contents === null ? null : plainNode(document.contents, new Map(), yaml), text };
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

function plainNode(node: Node, anchors: Map<string, YamlNode>, yaml: Yaml): YamlNode {
  const at = node.range?.[0] ?? 0;

  if (yaml.isAlias(node)) {
    const target = anchors.get(node.source);
    if (target === undefined) throw new CliError(`yaml: unknown anchor '${node.source}' referenced`);
    return { kind: 'alias', name: node.source, target, at };
  }

  const plain = emptyNode(node, at, yaml);
  // An anchor counts from its first character on, so that a node can name itself, and be refused for that.
  if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, plain);

  if (plain.kind === 'map' && yaml.isMap(node)) {
    for (const { key, value } of node.items) {
      const before = plainNode(key as Node, anchors, yaml);
      plain.entries.push([before, value == null ? nothing(at) : plainNode(value as Node, anchors, yaml)]);
    }
  }
  if (plain.kind === 'sequence' && yaml.isSeq(node)) {
    for (const item of node.items) plain.items.push(plainNode(item as Node, anchors, yaml));
  }
  return plain;
}

function emptyNode(node: Node, at: number, yaml: Yaml): YamlNode {
  if (yaml.isMap(node)) return { kind: 'map', entries: [], at };
  if (yaml.isSeq(node)) return { kind: 'sequence', items: [], at };
  if (!yaml.isScalar(node)) return nothing(at);

  const plain = node.type === undefined || node.type === 'PLAIN';
  return { kind: 'scalar', text: String(node.value ?? ''), plain, tag: shortTag(node.tag), at };
}

function nothing(at: number): YamlNode {
  return { kind: 'scalar', text: '', plain: true, tag: null, at };
}

function shortTag(tag: string | undefined): string | null {
  return tag === undefined ? null : tag.replace(/^tag:yaml\.org,2002:/, '!!');
}
