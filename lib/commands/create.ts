import type { ExitCode } from '../errors.js';
import { createArguments } from '../intent/arguments.js';
import type { CreateArguments } from '../intent/arguments.js';
import { createFlags } from './create-flags.js';
import type { Command, Terminal } from './define.js';

/** The story behind the command: flows/create.ts. */
export type CreateFlow<W> = (args: CreateArguments, world: W) => Promise<ExitCode>;

export function createCommand<W extends Terminal>(flow: CreateFlow<W>): Command<W> {
  return {
    name: 'create',
    aliases: ['add'],
    summary: 'Create a network, after checking that it will work',
    details: 'Takes the arguments of "incus network create". What would end in a broken record is refused before anything is sent.',
    usage: '[<remote>:]<network> [key=value...]',
    flags: createFlags,
    examples: [
      { command: 'create foo', describe: 'Create a network called foo' },
      { command: 'create foo < config.yaml', describe: 'Create it with the description and the config of config.yaml' },
      { command: 'create lab:foo ipv4.address=10.4.0.1/24 --type bridge', describe: 'Create a bridge on the remote lab' },
      { command: 'create foo --all-members --member-config node1:parent=eth1', describe: 'Create it on every cluster member, all or nothing' },
      { command: 'create foo --dry-run --format json', describe: 'Judge it, create nothing, and print the result as JSON' },
    ],
    helpWithoutArguments: true,
    run: async (parsed, world) => flow(createArguments(parsed), world),
  };
}
