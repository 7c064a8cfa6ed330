import { exitCodes } from '../errors.js';
import { completionScript } from '../shell/completion.js';
import { programPath } from '../shell/program.js';
import { shells } from '../shell/shells.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import { shellOf } from './shell-init.js';

export function completionCommand<W extends Terminal>(): Command<W> {
  return {
    name: 'completion',
    summary: 'Print the completion of both programs for a shell',
    details: 'Completes commands, flags, remotes, projects, cluster members, types, checks and config keys, with values from the server.\n  The completion of incus itself stays as it is.',
    usage: shells.join('|'),
    flags: globalFlags,
    examples: [
      { command: 'completion bash', describe: 'In ~/.bashrc: eval "$(incus-safenet completion bash)"' },
      { command: 'completion zsh', describe: 'In ~/.zshrc, after compinit: eval "$(incus-safenet completion zsh)"' },
      { command: 'completion fish', describe: 'In config.fish: incus-safenet completion fish | source' },
    ],
    helpWithoutArguments: true,
    maxArguments: 1,
    run: async (parsed, world) => {
      world.stdout.write(completionScript(shellOf(parsed), { safenet: programPath('incus-safenet'), create: programPath('incus-network-create') }));
      return exitCodes.ok;
    },
  };
}
