import { CliError } from '../errors.js';
import type { CreateOptions, MemberConfig } from './intent.js';

/** A create command line after its flags were read: nothing in here was asked of config.yml, standard input or a server. */
export interface CreateArguments extends CreateOptions {
  /** `[<remote>:]<network>` as written. */
  subject: string;
  /** The other positionals, not yet split: the native client looks at them last. */
  pairs: string[];
  /** Empty where none was given. */
  description: string;
  target: string | null;
  type: string | null;
  project: string | null;
  forceLocal: boolean;
  explain: boolean;
  allMembers: boolean;
  memberConfig: MemberConfig[];
}

export interface RawArguments {
  values: Readonly<Record<string, boolean | string | number | readonly string[]>>;
  positionals: readonly string[];
}

/** setTimeout counts milliseconds in 31 bits. */
const longestWait = 2_000_000;

/** Builds CreateArguments from parsed flags; only our own flags are judged here, the server judges the native ones. */
export function createArguments({ values, positionals }: RawArguments): CreateArguments {
  const [subject, ...pairs] = positionals;
  if (subject === undefined) throw new CliError('Invalid number of arguments');

  const flag = (name: string) => values[name] === true;
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '');
  const list = (name: string) => (Array.isArray(values[name]) ? (values[name] as string[]) : []);

  const memberConfig = list('member-config').map(memberConfigFrom);
  const args: CreateArguments = {
    subject,
    pairs,
    description: text('description'),
    target: text('target') || null,
    type: text('type') || null,
    project: text('project') || null,
    forceLocal: flag('force-local'),
    explain: flag('explain'),
    allMembers: flag('all-members') || memberConfig.length > 0,
    memberConfig,
    dryRun: flag('dry-run'),
    ifNotExists: flag('if-not-exists'),
    format: formatFrom(text('format')),
    ignoredChecks: ignoredChecksFrom(list('ignore-check')),
    wait: waitFrom(values.wait),
    yes: flag('yes'),
    quiet: flag('quiet'),
    verbose: flag('verbose'),
    debug: flag('debug'),
  };

  if (args.allMembers && args.target !== null) {
    throw new CliError('--target names one cluster member, --all-members and --member-config mean all of them: use one or the other');
  }
  return args;
}

function formatFrom(text: string): 'text' | 'json' {
  if (text === '' || text === 'text') return 'text';
  if (text === 'json') return 'json';

  throw new CliError(`unknown --format "${text}": use text or json`);
}

function waitFrom(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= longestWait) return value;

  throw new CliError(`--wait takes a number of seconds from 1 to ${longestWait}, not ${String(value)}`);
}

function ignoredChecksFrom(uses: readonly string[]): string[] {
  const names = uses.flatMap((use) => use.split(',')).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

/** `MEMBER:key=value`; neither a member's name nor a key holds a `:` or a `=`. */
function memberConfigFrom(text: string): MemberConfig {
  const { member, key, value } = /^(?<member>[^:=]+):(?<key>[^=]+)=(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (member === undefined || key === undefined || value === undefined) {
    throw new CliError(`bad --member-config "${text}": it takes MEMBER:key=value`);
  }
  return { member, key, value };
}
