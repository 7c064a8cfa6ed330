import { CliError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { DoctorArguments } from '../flows/doctor.js';
import type { DoctorHostOptions } from '../flows/host.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import type { Flag, ParsedFlags } from './flags.js';

/** The story behind the command: flows/doctor.ts. */
export type DoctorFlow<W> = (args: DoctorArguments, world: W) => Promise<ExitCode>;

/** The story behind --host: flows/host.ts. */
export type DoctorHostFlow<W> = (options: DoctorHostOptions, world: W) => Promise<ExitCode>;

const doctorFlags: readonly Flag[] = [
  { name: 'format', kind: 'string', describe: 'Output format: text or json', placeholder: 'text|json' },
  { name: 'all-remotes', kind: 'boolean', describe: 'Look at every remote that may have networks, side by side' },
  { name: 'wait', kind: 'number', default: 30, describe: 'With --all-remotes: how long each remote may take', placeholder: 'seconds' },
  { name: 'host', kind: 'boolean', describe: 'Look for what Incus left on this machine instead: interfaces, dnsmasq, firewall, mounts, folders' },
  { name: 'before-uninstall', kind: 'boolean', describe: 'With --host: what an uninstall would leave, in the order in which to remove it' },
  ...globalFlags,
];

export function doctorCommand<W extends Terminal>(flow: DoctorFlow<W>, hostFlow: DoctorHostFlow<W>): Command<W> {
  return {
    name: 'doctor',
    summary: 'Find network records that are broken, and what cures them; change nothing',
    details: 'Looks at every project, or at that of --project. Exit status: 0 nothing found, 2 something found, 1 the server could not be read.',
    usage: '[<remote>:] | --all-remotes | --host [--before-uninstall]',
    flags: doctorFlags,
    examples: [
      { command: 'doctor', describe: 'Examine the default remote' },
      { command: 'doctor lab: --project web', describe: 'Examine one project on the remote lab' },
      { command: 'doctor --all-remotes', describe: 'Examine every remote' },
      { command: 'doctor --format json', describe: 'The findings for a script' },
      { command: 'doctor --host', describe: 'What Incus left on this machine' },
    ],
    maxArguments: 1,
    run: async (parsed, world) => (parsed.values.host === true ? hostFlow(hostOptions(parsed), world) : flow(doctorArguments(parsed), world)),
  };
}

function hostOptions(parsed: ParsedFlags): DoctorHostOptions {
  const { subject, project, format, allRemotes } = doctorArguments({ ...parsed, values: { ...parsed.values, 'before-uninstall': false } });
  if (subject !== '' || project !== null || allRemotes !== null) throw new CliError('--host looks at this machine: it takes no remote and no project');

  return { beforeUninstall: parsed.values['before-uninstall'] === true, format };
}

function doctorArguments({ values, positionals }: ParsedFlags): DoctorArguments {
  const { format, project } = values;
  if (values['before-uninstall'] === true) throw new CliError('--before-uninstall goes with --host');
  if (format !== '' && format !== 'text' && format !== 'json') throw new CliError(`unknown --format "${String(format)}": use text or json`);

  const isAll = values['all-remotes'] === true;
  if (isAll && positionals.length > 0) throw new CliError('--all-remotes looks at every remote: it takes none');
  if (isAll && !(Number(values.wait) > 0)) throw new CliError('--wait takes seconds, one or more');

  return {
    allRemotes: isAll ? { wait: Number(values.wait) } : null,
    subject: positionals[0] ?? '',
    project: typeof project === 'string' && project !== '' ? project : null,
    format: format === 'json' ? 'json' : 'text',
    quiet: values.quiet === true,
    verbose: values.verbose === true,
    debug: values.debug === true,
  };
}
