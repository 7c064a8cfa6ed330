import { CliError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { DoctorArguments } from '../flows/doctor.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import type { Flag, ParsedFlags } from './flags.js';

/** The story behind the command: flows/doctor.ts. */
export type DoctorFlow<W> = (args: DoctorArguments, world: W) => Promise<ExitCode>;

const doctorFlags: readonly Flag[] = [{ name: 'format', kind: 'string', describe: 'Output format: text or json', placeholder: 'text|json' }, ...globalFlags];

export function doctorCommand<W extends Terminal>(flow: DoctorFlow<W>): Command<W> {
  return {
    name: 'doctor',
    summary: 'Find network records that are broken, and what cures them; change nothing',
    details: 'Looks at every project, or at that of --project. Exit status: 0 nothing found, 2 something found, 1 the server could not be read.',
    usage: '[<remote>:]',
    flags: doctorFlags,
    examples: [
      { command: 'doctor', describe: 'Examine the default remote' },
      { command: 'doctor lab: --project web', describe: 'Examine one project on the remote lab' },
      { command: 'doctor --format json', describe: 'The findings for a script' },
    ],
    maxArguments: 1,
    run: async (parsed, world) => flow(doctorArguments(parsed), world),
  };
}

function doctorArguments({ values, positionals }: ParsedFlags): DoctorArguments {
  const { format, project } = values;
  if (format !== '' && format !== 'text' && format !== 'json') throw new CliError(`unknown --format "${String(format)}": use text or json`);

  return {
    subject: positionals[0] ?? '',
    project: typeof project === 'string' && project !== '' ? project : null,
    format: format === 'json' ? 'json' : 'text',
    quiet: values.quiet === true,
    debug: values.debug === true,
  };
}
