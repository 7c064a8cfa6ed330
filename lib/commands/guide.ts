import type { ExitCode } from '../errors.js';
import type { GuideArguments } from '../flows/guide.js';
import { globalFlags } from './common-flags.js';
import type { Command, Terminal } from './define.js';

/** The story behind the command: flows/guide.ts. */
export type GuideFlow<W> = (args: GuideArguments, world: W) => Promise<ExitCode>;

export function guideCommand<W extends Terminal>(flow: GuideFlow<W>): Command<W> {
  return {
    name: 'guide',
    summary: 'Create a network by questions and answers',
    details: 'Offers what works on that server, ends in the same create, and prints the one line that does it.',
    usage: '[<remote>:]',
    flags: globalFlags,
    examples: [
      { command: 'guide', describe: 'Ask everything' },
      { command: 'guide lab: --project web', describe: 'On the remote lab, in the project web' },
    ],
    maxArguments: 1,
    run: async ({ values, positionals: [subject = ''] }, world) =>
      flow({ subject, project: typeof values.project === 'string' && values.project !== '' ? values.project : null, debug: values.debug === true, verbose: values.verbose === true }, world),
  };
}
