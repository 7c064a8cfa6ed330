import { globalFlags } from './common-flags.js';
import type { Command, Example } from './define.js';
import type { Flag } from './flags.js';
import { exitStatuses } from './man.js';

/** A command, as far as help is concerned. */
export type HelpPage = Omit<Command, 'run'>;

/** Help for one command, under the name of the program that was called. */
export async function commandHelp(program: string, command: HelpPage): Promise<string> {
  const prefix = program === 'incus-safenet' ? `${program} ${command.name}` : program;
  const [first, ...more] = [command.summary, ...(command.details === undefined ? [] : [command.details])];
  const renderer = await page(program);

  renderer.usage(`Description:\n  ${[first, ...more].join('\n\n  ')}\n\nUsage:\n  ${prefix} ${command.usage} [flags]`);
  addFlags(renderer, command.flags);
  for (const { command: line, describe } of command.examples) {
    renderer.example(line.replace(command.name, prefix), describe);
  }
  return rendered(renderer);
}

/** The list of commands, for `incus-safenet` and `incus-safenet --help`. */
export async function programHelp(program: string, commands: readonly HelpPage[]): Promise<string> {
  const renderer = await page(program);

  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');

  renderer.usage(`Description:\n  Creates Incus networks, and leaves nothing behind when creation fails\n\nUsage:\n  ${program} <command> [flags]\n\nCommands:\n${list}`);
  addFlags(renderer, globalFlags.filter(({ name }) => name === 'help' || name === 'version'));
  for (const { command, describe } of firstSteps) renderer.example(`${program} ${command}`, describe);
  return rendered(renderer);
}

/** Where to begin. */
const firstSteps: readonly Example[] = [
  { command: 'demo', describe: 'See the whole story, on a machine without Incus too' },
  { command: 'guide', describe: 'Be asked for everything, and end with a network' },
  { command: 'check foo --project web', describe: 'Would this server create it? Nothing is sent' },
  { command: 'create foo --project web', describe: 'Create it, or be told why not and what to do instead' },
  { command: 'doctor', describe: 'Is anything broken on this server?' },
  { command: 'help checks', describe: 'What is looked at before a create' },
];

type Renderer = Awaited<ReturnType<typeof page>>;

/** yargs takes 40 ms to load, so it is loaded for help only; it renders, and parses nothing. */
async function page(program: string) {
  const { default: yargs } = await import('yargs');
  return yargs([])
    .scriptName(program)
    .help(false)
    .version(false)
    // As it comes: yargs breaks lines in the middle of words here.
    .wrap(null)
    .updateStrings({ 'Options:': 'Flags:' })
    .epilogue(`Exit status:\n${exitStatuses.map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`).join('\n')}`);
}

function addFlags(renderer: Renderer, flags: readonly Flag[]): void {
  for (const flag of flags.filter(({ hidden }) => hidden !== true)) {
    const name = flag.placeholder === undefined ? flag.name : `${flag.name} <${flag.placeholder}>`;
    renderer.option(name, {
      describe: flag.default === undefined ? flag.describe : `${flag.describe} (default ${flag.default})`,
      ...(flag.short === undefined ? {} : { alias: flag.short }),
    });
  }
}

async function rendered(renderer: Renderer): Promise<string> {
  return `${(await renderer.getHelp()).trimEnd()}\n`;
}
