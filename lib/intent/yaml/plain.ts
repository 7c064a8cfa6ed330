import type { YamlMap, YamlScalar } from './node.js';

/**
 * YAML as the native client itself writes its config.yml: maps of plain words, and nothing else. Null for
 * whatever is not surely that, which is for the library; to load and to run that takes a fifth of a whole check.
 */
export function plainYaml(text: string): YamlMap | null {
  if (text === '{}\n') return { kind: 'map', entries: [], at: 0 };

  const lines = text.replace(/\n$/, '').split('\n');
  const open: { indent: number; map: YamlMap }[] = [];
  // The key before, whose map is still to come.
  let waiting: YamlMap['entries'][number] | null = null;
  let at = 0;
  for (const line of lines) {
    const [, indentation, key, value] = line.length < 1_000 ? (LINE.exec(line) ?? []) : [];
    if (indentation === undefined || key === undefined) return null;

    const indent = indentation.length;
    const start = at + indent;
    if (waiting !== null || open.length === 0) {
      if (indent <= (open.at(-1)?.indent ?? -1) || (open.length === 0 && indent > 0)) return null;
      const map: YamlMap = { kind: 'map', entries: [], at: start };
      if (waiting !== null) waiting[1] = map;
      open.push({ indent, map });
    } else {
      while (open.length > 1 && (open.at(-1)?.indent ?? 0) > indent) open.pop();
      if (open.at(-1)?.indent !== indent) return null;
    }

    const entry: YamlMap['entries'][number] = [word(key, start), word('', start)];
    open.at(-1)?.map.entries.push(entry);
    const valueAt = start + key.length + 2;
    if (value === '{}') entry[1] = { kind: 'map', entries: [], at: valueAt };
    else if (value === '""') entry[1] = { ...word('', valueAt), plain: false };
    else if (value !== undefined) entry[1] = word(value, valueAt);
    waiting = value === undefined ? entry : null;
    at += line.length + 1;
  }
  return waiting === null ? (open[0]?.map ?? null) : null;
}

/** `key:` or `key: value`, of words that mean nothing but themselves wherever they stand. */
const LINE = /^( *)([a-z][\w-]*(?: [a-z][\w-]*)*):(?: (\{\}|""|[\w/](?:[\w/.,+%@:-]*[\w/@])?(?: [\w/@](?:[\w/.,+%@:-]*[\w/@])?)*))?$/;

function word(text: string, at: number): YamlScalar {
  return { kind: 'scalar', text, plain: true, tag: null, at };
}
