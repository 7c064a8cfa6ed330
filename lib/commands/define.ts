import type { ExitCode } from '../errors.js';
import type { Stream } from '../report/fit.js';
import type { Flag, ParsedFlags } from './flags.js';

/** What a command line needs of the outside before a flow takes over. World has it all. */
export interface Terminal {
  stdout: Stream;
}

export interface Example {
  command: string;
  describe: string;
}

/** A subcommand of incus-safenet, as data. */
export interface Command<W extends Terminal = Terminal> {
  name: string;
  aliases?: readonly string[];
  /** One line for the list of commands. */
  summary: string;
  /** More lines for the command's own help. */
  details?: string;
  /** The arguments as help shows them: `[<remote>:]<network> [key=value...]`. */
  usage: string;
  flags: readonly Flag[];
  examples: readonly Example[];
  /** As the native client, which answers a command without its arguments with help and exit status 0. */
  helpWithoutArguments?: boolean;
  /** The most positional arguments the command takes; absent: any number. */
  maxArguments?: number;
  run(args: ParsedFlags, world: W): Promise<ExitCode>;
}
