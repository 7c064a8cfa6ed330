import type { ExitCode } from '../errors.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';

/** The story behind the command: flows/explain.ts. */
export type ExplainFlow<W> = (args: { check: string | null }, world: W) => Promise<ExitCode>;

export function explainCommand<W extends Terminal>(flow: ExplainFlow<W>): Command<W> {
  return {
    name: 'explain',
    summary: 'Tell what a check asks, when it fails and what to do',
    usage: '[<check>]',
    flags: globalFlags,
    examples: [
      { command: 'explain', describe: 'List the checks' },
      { command: 'explain ovn-available', describe: 'Explain one' },
    ],
    maxArguments: 1,
    run: async ({ positionals }, world) => flow({ check: positionals[0] ?? null }, world),
  };
}
