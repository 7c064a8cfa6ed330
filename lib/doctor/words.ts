import { quote } from '../create/shell.js';

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A name as a command line wants it: `lab:web`, or `web` on the remote `local`. */
export function subject(remote: string, name: string): string {
  return quote(remote === 'local' ? name : `${remote}:${name}`);
}

/** ` --project test`, or nothing for `default`. */
export function projectFlag(project: string): string {
  return project === 'default' ? '' : ` --project ${quote(project)}`;
}

/** The command that cures a broken record. */
export function repairCommand(remote: string, { project, network }: { project: string; network: string }): string {
  return `incus-safenet repair ${subject(remote, network)}${projectFlag(project)}`;
}

/** A person's word for a number of things. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
