import { CliError, exitCodes } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { say } from '../report/fit.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';
import { parseFlags } from './flags.js';
import type { Flag } from './flags.js';
import { goQuote } from './go-text.js';
import { versionLine } from './version.js';

/** From argv to the command that answers it: the program's own, or the one that incus-safenet's first word names. */
export async function dispatch<W extends Terminal>(
  program: string,
  argv: readonly string[],
  commands: readonly Command<W>[],
  world: W,
): Promise<ExitCode> {
  if (program === 'incus-network-create') return runCommand(program, requireCommand(program, 'create', commands), argv, world);

  const at = commandIndex(argv, commands.flatMap(({ flags }) => flags));
  const word = argv[at];
  if (word !== undefined && word !== 'help') {
    const rest = [...argv.slice(0, at), ...argv.slice(at + 1)];
    return runCommand(program, requireCommand(program, word, commands), rest, world);
  }

  const { values, positionals } = parseFlags(argv, globalFlags);
  const [, topic] = positionals;
  if (values.version === true) return print(world, await versionLine());

  if (topic === 'checks') return runCommand(program, requireCommand(program, 'explain', commands), [], world);

  const { commandHelp, programHelp } = await import('./help.js');
  if (topic !== undefined) return print(world, await commandHelp(program, requireCommand(program, topic, commands)));
  return print(world, await programHelp(program, commands));
}

async function runCommand<W extends Terminal>(program: string, command: Command<W>, argv: readonly string[], world: W): Promise<ExitCode> {
  const parsed = parseFlags(argv, command.flags);
  const { values, positionals } = parsed;

  // The native client looks at --help only once every flag was understood; --version it ignores here (docs/differences.md).
  const help = values.help === true || (command.helpWithoutArguments === true && positionals.length === 0 && values.version !== true);
  if (help) return print(world, await (await import('./help.js')).commandHelp(program, command));
  if (values.version === true) return print(world, await versionLine());
  if (command.maxArguments !== undefined && positionals.length > command.maxArguments) {
    throw new CliError('Invalid number of arguments');
  }

  return command.run(parsed, world);
}

function requireCommand<W extends Terminal>(program: string, word: string, commands: readonly Command<W>[]): Command<W> {
  const command = commands.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
  if (command === undefined) throw new CliError(`unknown command ${goQuote(word)} for "${program}"`, { hint: `${program} --help   (the commands)` });

  return command;
}

/** Where the command's name stands: flags may stand before it, and those that take a value take the next word with them. */
function commandIndex(argv: readonly string[], flags: readonly Flag[]): number {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return argv.length;
    if (!word.startsWith('-') || word === '-') return index;
    if (takesNextWord(word, flags)) index += 1;
  }
  return argv.length;
}

function takesNextWord(word: string, flags: readonly Flag[]): boolean {
  return flags.some(({ name, short, kind }) => kind !== 'boolean' && (word === `--${name}` || word === `-${short}`));
}

function print(world: Terminal, text: string): ExitCode {
  say(world.stdout, text);
  return exitCodes.ok;
}
