import { createArguments } from '../intent/arguments.js';
import { createFlags } from './create-flags.js';
import type { CreateFlow } from './create.js';
import type { Command, Terminal } from './define.js';

/** `check` is `create --dry-run`: the same arguments, the same flow. */
export function checkCommand<W extends Terminal>(flow: CreateFlow<W>): Command<W> {
  return {
    name: 'check',
    summary: 'Run every check of create and print the result; send nothing',
    usage: '[<remote>:]<network> [key=value...]',
    flags: createFlags,
    examples: [
      { command: 'check foo --type ovn', describe: 'Would this server create an OVN network called foo?' },
      { command: 'check lab:foo --project web --format json', describe: 'The same question for a script' },
    ],
    helpWithoutArguments: true,
    run: async (parsed, world) => flow({ ...createArguments(parsed), dryRun: true }, world),
  };
}
