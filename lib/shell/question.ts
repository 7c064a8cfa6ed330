/*
 * What the word under the cursor can be, from the words before it. Pure: what is known only to config.yml, the journal or
 * a server is asked for by kind, and answered in flows/completion.ts.
 */

/** A command as completion sees it; commands/define.ts has it all. */
export interface CompletableCommand {
  name: string;
  aliases?: readonly string[];
  summary: string;
  flags: readonly { name: string; short?: string; kind: string; describe: string; hidden?: boolean }[];
}

export interface Suggestion {
  word: string;
  describe?: string;
}

/** What is asked for by kind. */
export type Wanted =
  | 'remotes'
  | 'remote-networks'
  | 'projects'
  | 'members'
  | 'types'
  | 'check-list'
  | 'checks'
  | 'pairs'
  | 'member-pairs'
  | 'transactions';

export interface Question {
  /** What has been typed of the word, without `prefix`. */
  fragment: string;
  /** Stands before every suggestion: `--type=`. */
  prefix: string;
  wants: { words: Suggestion[] } | { kind: Wanted } | null;
  /** `[<remote>:]…`, empty where none was given yet. */
  subject: string;
  /** The other positionals: key=value. */
  pairs: string[];
  project: string;
  type: string;
}

type Positionals = (index: number) => Question['wants'];
const words = (...list: string[]): Question['wants'] => ({ words: list.map((word) => ({ word })) });
const kind = (wanted: Wanted): Question['wants'] => ({ kind: wanted });
const first = (wants: Question['wants']): Positionals => (index) => (index === 0 ? wants : null);

const creating: Positionals = (index) => kind(index === 0 ? 'remotes' : 'pairs');
const positionals: Record<string, Positionals> = {
  create: creating,
  check: creating,
  guide: first(kind('remotes')),
  doctor: first(kind('remotes')),
  repair: first(kind('remote-networks')),
  recover: () => kind('transactions'),
  explain: first(kind('checks')),
  'shell-init': first(words('bash', 'zsh', 'fish')),
  completion: first(words('bash', 'zsh', 'fish')),
  alias: first(words('install', 'remove', 'status')),
};

const flagValues: Record<string, Question['wants']> = {
  project: kind('projects'),
  target: kind('members'),
  type: kind('types'),
  format: words('text', 'json'),
  'ignore-check': kind('check-list'),
  'member-config': kind('member-pairs'),
};

/** `given`: the words after the program's name, the last of which is being typed. */
export function questionOf(program: string, commands: readonly CompletableCommand[], given: readonly string[]): Question {
  const before = given.slice(0, -1);
  const fragment = given.at(-1) ?? '';
  const isToolbox = program === 'incus-safenet';
  const read = readWords(before, isToolbox ? commands : commands.filter(({ name }) => name === 'create'));
  const [word, ...rest] = isToolbox ? read.positionals : ['create', ...read.positionals];
  const command = commands.find(({ name, aliases = [] }) => word !== undefined && (name === word || aliases.includes(word)));
  const answer = (wants: Question['wants'], prefix = ''): Question => ({
    fragment: fragment.slice(prefix.length),
    prefix,
    wants,
    subject: rest[0] ?? '',
    pairs: rest.slice(1),
    project: read.values.project ?? '',
    type: read.values.type ?? '',
  });

  if (read.open !== null) return answer(flagValues[read.open] ?? null);
  if (!read.onlyPositionals && fragment.startsWith('-')) {
    const [, prefix, name] = /^(--([^=]+)=)/.exec(fragment) ?? [];
    if (prefix !== undefined && name !== undefined) return answer(flagValues[name] ?? null, prefix);
    return answer({ words: flagsOf(command === undefined ? commands.slice(0, 1) : [command]) });
  }
  if (word === undefined) return answer({ words: [...commands.map(({ name, summary }) => ({ word: name, describe: summary })), { word: 'help', describe: 'Help for a command' }] });
  if (word === 'help') return answer(rest.length === 0 ? { words: commands.map(({ name, summary }) => ({ word: name, describe: summary })) } : null);
  return answer(command === undefined ? null : (positionals[command.name]?.(rest.length) ?? null));
}

interface ReadWords {
  positionals: string[];
  values: Record<string, string>;
  /** The flag whose value comes next. */
  open: string | null;
  onlyPositionals: boolean;
}

/** As parseFlags, but forgiving: what is being typed is seldom right yet. */
function readWords(given: readonly string[], commands: readonly CompletableCommand[]): ReadWords {
  const flags = commands.flatMap((command) => command.flags);
  const read: ReadWords = { positionals: [], values: {}, open: null, onlyPositionals: false };
  for (const word of given) {
    if (read.open !== null) {
      read.values[read.open] = word;
      read.open = null;
    } else if (read.onlyPositionals || !word.startsWith('-') || word === '-') read.positionals.push(word);
    else if (word === '--') read.onlyPositionals = true;
    else if (word.includes('=')) {
      const at = word.indexOf('=');
      read.values[longName(word.slice(0, at), flags)] = word.slice(at + 1);
    } else if (flags.some(({ name, short, kind: type }) => type !== 'boolean' && (word === `--${name}` || word === `-${short}`))) read.open = longName(word, flags);
  }
  return read;
}

function longName(word: string, flags: CompletableCommand['flags']): string {
  return flags.find(({ name, short }) => word === `--${name}` || word === `-${short}`)?.name ?? word.replace(/^-+/, '');
}

function flagsOf(commands: readonly CompletableCommand[]): Suggestion[] {
  return commands.flatMap(({ flags }) => flags.filter(({ hidden }) => hidden !== true).map(({ name, describe }) => ({ word: `--${name}`, describe })));
}
