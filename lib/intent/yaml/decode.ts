import { CliError } from '../../errors.js';
import type { YamlDocument, YamlMap, YamlNode, YamlScalar, YamlSequence } from './node.js';
import { lineIndex } from './problem.js';
import { scalarTag, scalarText } from './resolve.js';

/** What a YAML node is to become: a Go value, since the native client decodes into Go types and its errors name them. */
export type Shape =
  | { readonly kind: 'string' | 'boolean' | 'int' }
  | { readonly kind: 'map'; readonly goType: string; readonly of: Shape }
  | { readonly kind: 'struct'; readonly goType: string; readonly fields: Readonly<Record<string, Shape>> };

/** The decoded value; what the document leaves out or sets to null is Go's zero value. */
export type Decoded<S> = S extends { readonly kind: 'struct'; readonly fields: infer F }
  ? { -readonly [K in keyof F]: Decoded<F[K]> }
  : S extends { readonly kind: 'map'; readonly of: infer T }
    ? Record<string, Decoded<T>>
    : S extends { readonly kind: 'boolean' }
      ? boolean
      : S extends { readonly kind: 'int' }
        ? number
        : string;

/** The document as a value of `shape`, with the rules and error texts of gopkg.in/yaml.v2, non-strict. */
export function decodeYaml<S extends Shape>(document: YamlDocument, shape: S): Decoded<S> {
  return decoded(document, shape) as Decoded<S>;
}

function decoded(document: YamlDocument, shape: Shape): unknown {
  const decoding = new Decoding(document.text);
  const value = document.root === null ? zero(shape) : decoding.value(document.root, shape);
  decoding.finish();
  return value;
}

/** Aliases are followed this often in one document; a network's YAML has no use for more. */
const mostAliases = 10_000;

class Decoding {
  private readonly mismatches: string[] = [];
  private readonly open = new Set<YamlNode>();
  private followed = 0;

  constructor(private readonly text: string) {}

  /** All values of the wrong kind are reported together. */
  finish(): void {
    if (this.mismatches.length > 0) throw new CliError(['yaml: unmarshal errors:', ...this.mismatches].join('\n  '));
  }

  value(node: YamlNode, shape: Shape): unknown {
    if (node.kind === 'alias') return this.follow(node.name, node.target, (target) => this.value(target, shape));
    if (node.kind === 'scalar' && scalarTag(node) === '!!null') return zero(shape);

    if (node.kind === 'scalar') return this.scalar(node, shape);
    if (node.kind === 'map' && shape.kind === 'struct') return this.struct(node, shape.fields);
    if (node.kind === 'map' && shape.kind === 'map') return this.map(node, shape.of);
    return this.mismatch(node, shape);
  }

  private scalar(node: YamlScalar, shape: Shape): unknown {
    const tag = scalarTag(node);
    if (shape.kind === 'string') return scalarText(node);
    if (shape.kind === 'boolean' && tag === '!!bool') return /^(?:y|yes|true|on)$/i.test(node.text);
    if (shape.kind === 'int' && tag === '!!int') return Number(node.text.replaceAll('_', ''));
    return this.mismatch(node, shape);
  }

  private struct(node: YamlMap, fields: Readonly<Record<string, Shape>>): unknown {
    const values = new Map(Object.entries(fields).map(([name, shape]) => [name, zero(shape)]));
    this.entries(node, (name, value) => {
      const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (shape !== undefined) values.set(name, this.value(value, shape));
    });
    return Object.fromEntries(values);
  }

  private map(node: YamlMap, of: Shape): unknown {
    const values = new Map<string, unknown>();
    this.entries(node, (name, value) => values.set(name, this.value(value, of)));
    return Object.fromEntries(values);
  }

  /** In the order of the text, `<<` included: yaml.v2 lets a merge win over the keys that stand before it. */
  private entries(node: YamlMap, take: (name: string, value: YamlNode) => void): void {
    for (const [key, value] of node.entries) {
      if (key.kind === 'scalar' && scalarTag(key) === '!!merge') {
        this.merge(value, take);
        continue;
      }

      const before = this.mismatches.length;
      const name = this.value(key, { kind: 'string' });
      if (this.mismatches.length === before) take(String(name), value);
    }
  }

  private merge(node: YamlNode, take: (name: string, value: YamlNode) => void): void {
    if (node.kind === 'map') return this.entries(node, take);
    if (node.kind === 'alias') return this.follow(node.name, node.target, (target) => this.mergeMap(target, take));
    if (node.kind !== 'sequence') return noMerge();

    for (const item of [...node.items].reverse()) {
      if (item.kind === 'alias') this.follow(item.name, item.target, (target) => this.mergeMap(target, take));
      else this.mergeMap(item, take);
    }
  }

  private mergeMap(node: YamlNode, take: (name: string, value: YamlNode) => void): void {
    if (node.kind !== 'map') return noMerge();
    this.entries(node, take);
  }

  private follow<T>(name: string, target: YamlNode, read: (target: YamlNode) => T): T {
    this.followed += 1;
    if (this.followed > mostAliases) throw new CliError('yaml: document contains excessive aliasing');
    if (this.open.has(target)) throw new CliError(`yaml: anchor '${name}' value contains itself`);

    this.open.add(target);
    try {
      return read(target);
    } finally {
      this.open.delete(target);
    }
  }

  private mismatch(node: YamlScalar | YamlMap | YamlSequence, shape: Shape): unknown {
    const line = lineIndex(this.text, node.at) + 1;
    this.mismatches.push(`line ${line}: cannot unmarshal ${described(node)} into ${goType(shape)}`);
    return zero(shape);
  }
}

function noMerge(): never {
  throw new CliError('yaml: map merge requires map or sequence of maps as the value');
}

function described(node: YamlScalar | YamlMap | YamlSequence): string {
  if (node.kind === 'map') return '!!map';
  if (node.kind === 'sequence') return '!!seq';

  const text = node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text;
  return `${node.tag ?? scalarTag(node)} \`${text}\``;
}

function goType(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
    case 'int':
      return shape.kind;
    case 'boolean':
      return 'bool';
    case 'map':
    case 'struct':
      return shape.goType;
  }
}

function zero(shape: Shape): unknown {
  switch (shape.kind) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int':
      return 0;
    case 'map':
      return {};
    case 'struct':
      return Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, zero(field)]));
  }
}
