import { CliError, exitCodes } from '../errors.js';
import { shellInit } from '../shell/init.js';
import { programPath } from '../shell/program.js';
import type { Shell } from '../shell/shells.js';
import { shells } from '../shell/shells.js';
import { globalFlags } from './common-flags.js';
import { createFlags } from './create-flags.js';
import type { Command, Terminal } from './define.js';
import type { ParsedFlags } from './flags.js';
import { goQuote } from './go-text.js';

export function shellInitCommand<W extends Terminal>(): Command<W> {
  return {
    name: 'shell-init',
    summary: 'Print a shell function that sends "incus network create" here',
    details:
      'The function has the name incus, finds the subcommand wherever flags stand, and passes everything but\n  "incus network create" and "incus network add" to the real incus. docs/shell.md has the rest.',
    usage: shells.join('|'),
    flags: globalFlags,
    examples: [
      { command: 'shell-init bash', describe: 'In ~/.bashrc: eval "$(incus-safenet shell-init bash)"' },
      { command: 'shell-init zsh', describe: 'In ~/.zshrc: eval "$(incus-safenet shell-init zsh)"' },
      { command: 'shell-init fish', describe: 'In config.fish: incus-safenet shell-init fish | source' },
    ],
    helpWithoutArguments: true,
    maxArguments: 1,
    run: async (parsed, world) => {
      const switches = createFlags.filter(({ kind }) => kind === 'boolean').flatMap(({ name, short }) => [...(short === undefined ? [] : [`-${short}`]), `--${name}`]);
      world.stdout.write(shellInit(shellOf(parsed), { program: programPath('incus-network-create'), switches }));
      return exitCodes.ok;
    },
  };
}

/** The shell that the one argument names. */
export function shellOf({ positionals: [word = ''] }: ParsedFlags): Shell {
  const shell = shells.find((name) => name === word);
  if (shell === undefined) throw new CliError(`unknown shell ${goQuote(word)}: use ${shells.join(', ')}`);

  return shell;
}
