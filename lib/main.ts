import { catalogue } from './commands/catalogue.js';
import { dispatch } from './commands/dispatch.js';
import type { ExitCode } from './errors.js';
import { CliError, exitCodes } from './errors.js';
import { reportError } from './report/error.js';
import { say } from './report/fit.js';
import type { World } from './world.js';

/** The whole program: the words of a command line in, the exit status out. Catches once, and never throws. */
export async function main(program: string, argv: readonly string[], world: World): Promise<ExitCode> {
  try {
    const commands = catalogue<World>({
      create: async (args) => (await import('./flows/create.js')).create(args, world),
      doctor: async (args) => (await import('./flows/doctor.js')).doctor(args, world),
      doctorHost: async (options) => (await import('./flows/host.js')).doctorHost(options, world),
      repairHost: async (options) => (await import('./flows/host.js')).repairHost(options, world),
      repair: async (args) => (await import('./flows/repair.js')).repair(args, world),
      recover: async (args) => (await import('./flows/recover.js')).recover(args, world),
      explain: async (args) => (await import('./flows/explain.js')).explain(args, world),
      guide: async (args) => (await import('./flows/guide.js')).guide(args, world),
      alias: async (args) => (await import('./flows/alias.js')).alias(args, world),
      demo: async () => (await import('./flows/demo.js')).demo(world, main),
    });
    // What the shells ask while a line is typed; its words are no command line yet.
    if (argv[0] === '__complete') return await (await import('./flows/completion.js')).complete(program, argv.slice(1), commands, world);
    return await dispatch(program, argv, commands, world);
  } catch (error) {
    say(world.stderr, reportError(error));
    return error instanceof CliError ? error.exitCode : exitCodes.failed;
  }
}
