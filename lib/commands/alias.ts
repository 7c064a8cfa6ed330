import { CliError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { AliasArguments } from '../flows/alias.js';
import { programPath } from '../shell/program.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import { goQuote } from './go-text.js';

/** The story behind the command: flows/alias.ts. */
export type AliasFlow<W> = (args: AliasArguments, world: W) => Promise<ExitCode>;

export function aliasCommand<W extends Terminal>(flow: AliasFlow<W>): Command<W> {
  return {
    name: 'alias',
    summary: 'Send "incus network create" here through an alias of Incus itself',
    details:
      'Works in scripts and without a shell function, but only where "network create" are the first words.\n  status: exit status 0 where both aliases are installed, 1 where not.',
    usage: 'install|remove|status',
    flags: [...globalFlags, { name: 'yes', kind: 'boolean', describe: 'Replace aliases of that name that run another program' }],
    examples: [
      { command: 'alias install', describe: 'Write the aliases "network create" and "network add" into config.yml' },
      { command: 'alias status', describe: 'Are they there?' },
      { command: 'alias remove', describe: 'Take them out again' },
    ],
    helpWithoutArguments: true,
    maxArguments: 1,
    run: async ({ values, positionals: [word = ''] }, world) => {
      if (word !== 'install' && word !== 'remove' && word !== 'status') throw new CliError(`unknown action ${goQuote(word)}: use install, remove or status`);

      return flow({ action: word, yes: values.yes === true, quiet: values.quiet === true, program: programPath('incus-network-create') }, world);
    },
  };
}
