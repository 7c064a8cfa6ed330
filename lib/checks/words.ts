import type { Intent } from '../intent/intent.js';

/** A name as the command line wants it: `lab:web`, or `web` on the remote `local`. */
export function subject(intent: Intent, name: string): string {
  return quote(`${remotePrefix(intent)}${name}`);
}

/** `lab:`, or nothing on the remote `local`. */
export function remotePrefix(intent: Intent): string {
  return intent.remote === 'local' ? '' : `${intent.remote}:`;
}

/** ` --project test`, or nothing where the project need not be said. */
export function projectFlag(intent: Intent): string {
  if (intent.project === 'default' && intent.projectFrom !== 'flag') return '';

  return ` --project ${quote(intent.project)}`;
}

/** What may differ from the intent in a command that we propose; null leaves the part out. */
export interface Changes {
  project?: string;
  type?: string | null;
  target?: string | null;
  description?: string;
  config?: Record<string, string>;
}

/** The native command that states the intent, with changes; it can be pasted into a shell. */
export function createCommand(intent: Intent, changes: Changes = {}): string {
  const { type, target, description, config } = { ...intent, ...changes };
  const project = changes.project === undefined ? projectFlag(intent) : ` --project ${quote(changes.project)}`;
  const flags = [
    target ? ` --target ${quote(target)}` : '',
    type ? ` --type ${quote(type)}` : '',
    description ? ` --description ${quote(description)}` : '',
  ];
  const pairs = Object.entries(config).map(([key, value]) => ` ${quote(`${key}=${value}`)}`);

  return `incus network create ${subject(intent, intent.network)}${project}${flags.join('')}${pairs.join('')}`;
}

/** An argument for a POSIX shell, quoted only where it has to be. */
export function quote(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument;

  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');

  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
