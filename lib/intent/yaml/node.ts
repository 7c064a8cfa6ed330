/** A YAML document as plain data, with every scalar as it was written. `at` is an offset into the text. */
export type YamlNode = YamlScalar | YamlMap | YamlSequence | YamlAlias;

export interface YamlScalar {
  kind: 'scalar';
  text: string;
  /** Without quotes, and not a block scalar: only these can mean null, a number, … */
  plain: boolean;
  /** `!!int`, `!mine`; null where none was written. */
  tag: string | null;
  at: number;
}

export interface YamlMap {
  kind: 'map';
  entries: [YamlNode, YamlNode][];
  at: number;
}

export interface YamlSequence {
  kind: 'sequence';
  items: YamlNode[];
  at: number;
}

export interface YamlAlias {
  kind: 'alias';
  name: string;
  target: YamlNode;
  at: number;
}

/** The document's root, and the text that its offsets point into. */
export interface YamlDocument {
  root: YamlNode | null;
  text: string;
}
