import { isMap, parseDocument } from 'yaml';
import { CliError } from '../errors.js';

/** The text of config.yml with aliases set, or taken out where they are null. Comments and all other keys stay. */
export function withAliases(text: string, changes: Readonly<Record<string, string | null>>): string {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new CliError(`cannot change config.yml: ${problem.message.split('\n')[0]}`);

  // Empty, or comments only.
  if (document.contents === null) return withAliases(`${text}\naliases: {}\n`.trimStart(), changes);
  if (!isMap(document.contents)) throw new CliError('cannot change config.yml: it is no map');
  // `{}` is how an empty map is written; what comes into it is written in lines.
  if (document.contents.items.length === 0) document.contents.flow = false;

  // The map stays, empty, when its last alias goes: the native client of 6.0.4 crashes without one.
  if (!isMap(document.get('aliases', true))) document.set('aliases', document.createNode({}));
  const aliases = document.get('aliases', true);
  if (isMap(aliases) && aliases.items.length === 0) aliases.flow = false;
  for (const [name, target] of Object.entries(changes)) {
    if (target === null) document.deleteIn(['aliases', name]);
    else document.setIn(['aliases', name], target);
  }
  return document.toString({ lineWidth: 0, indent: indentOf(text) });
}

function indentOf(text: string): number {
  const { spaces } = /^[^\s#-][^\n]*:[ \t]*\n(?<spaces> +)[^\s#]/m.exec(text)?.groups ?? {};
  return spaces?.length ?? 2;
}
