import type { ExitCode } from '../errors.js';
import type { Command, Terminal } from './define.js';
import { globalFlags } from './common-flags.js';

/** The story behind the command: flows/demo.ts. */
export type DemoFlow<W> = (world: W) => Promise<ExitCode>;

export function demoCommand<W extends Terminal>(flow: DemoFlow<W>): Command<W> {
  return {
    name: 'demo',
    summary: 'Show the whole story on an embedded server, without Incus',
    usage: '',
    flags: globalFlags,
    examples: [{ command: 'demo', describe: 'The accident, the refusal, and a network that works' }],
    maxArguments: 0,
    run: async (_, world) => flow(world),
  };
}
