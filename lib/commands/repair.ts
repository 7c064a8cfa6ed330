import { CliError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { RepairHostOptions } from '../flows/host.js';
import type { RepairArguments } from '../flows/repair.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import type { Flag, ParsedFlags } from './flags.js';

/** The story behind the command: flows/repair.ts. */
export type RepairFlow<W> = (args: RepairArguments, world: W) => Promise<ExitCode>;

/** The story behind --host: flows/host.ts. */
export type RepairHostFlow<W> = (options: RepairHostOptions, world: W) => Promise<ExitCode>;

const repairFlags: readonly Flag[] = [
  { name: 'all', kind: 'boolean', describe: 'Every broken record that doctor finds' },
  { name: 'host', kind: 'boolean', describe: 'Leftovers on this machine, with or without a running Incus' },
  { name: 'finish', kind: 'boolean', describe: 'Make a pending network a working one instead of removing it' },
  { name: 'dry-run', kind: 'boolean', describe: 'Show what would be done, and do nothing' },
  { name: 'yes', kind: 'boolean', describe: 'Ask no questions' },
  ...globalFlags,
];

export function repairCommand<W extends Terminal>(flow: RepairFlow<W>, hostFlow: RepairHostFlow<W>): Command<W> {
  return {
    name: 'repair',
    summary: 'Remove what doctor found, after a backup and a confirmation',
    details:
      'Refuses networks that are not broken, that are in use, or that changed since they were looked at. ' +
      'Exit status: 0 repaired, 1 refused, 4 something is left, 5 it could not be read back.',
    usage: '[<remote>:]<network> | --all [<remote>:] | --host',
    flags: repairFlags,
    examples: [
      { command: 'repair test --project test', describe: 'Remove the broken record of network test' },
      { command: 'repair --all --dry-run', describe: 'Show what a repair of everything would do' },
      { command: 'repair web --finish', describe: 'Create the pending network web on every member' },
    ],
    maxArguments: 1,
    run: async (parsed, world) => (parsed.values.host === true ? hostFlow(hostOptions(parsed), world) : flow(repairArguments(parsed), world)),
  };
}

function hostOptions(parsed: ParsedFlags): RepairHostOptions {
  const { subject, all, finish, project, yes, dryRun } = repairArguments(parsed);
  if (all || finish || subject !== '' || project !== null) throw new CliError('--host is about this machine: it takes no network, no project, --all or --finish');

  return { yes, dryRun };
}

function repairArguments({ values, positionals }: ParsedFlags): RepairArguments {
  const flag = (name: string): boolean => values[name] === true;
  const { project } = values;

  return {
    subject: positionals[0] ?? '',
    all: flag('all'),
    project: typeof project === 'string' && project !== '' ? project : null,
    finish: flag('finish'),
    yes: flag('yes'),
    dryRun: flag('dry-run'),
    quiet: flag('quiet'),
    verbose: flag('verbose'),
    debug: flag('debug'),
  };
}
