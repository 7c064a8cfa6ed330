import type { ExitCode } from '../errors.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';

/** The story behind the command: flows/recover.ts. */
export type RecoverFlow<W> = (args: { ids: string[]; dryRun: boolean; verbose: boolean; debug: boolean }, world: W) => Promise<ExitCode>;

export function recoverCommand<W extends Terminal>(flow: RecoverFlow<W>): Command<W> {
  return {
    name: 'recover',
    summary: 'Finish or take back creates that were cut off',
    details: 'Reads what each open transaction left on its server, keeps what was made as asked for, and takes back the rest.',
    usage: '[<transaction>...]',
    flags: [...globalFlags, { name: 'dry-run', kind: 'boolean', describe: 'Show the open transactions, change nothing' }],
    examples: [
      { command: 'recover', describe: 'Finish every open transaction' },
      { command: 'recover --dry-run', describe: 'Show them' },
    ],
    run: async ({ values, positionals }, world) =>
      flow({ ids: [...positionals], dryRun: values['dry-run'] === true, verbose: values.verbose === true, debug: values.debug === true }, world),
  };
}
