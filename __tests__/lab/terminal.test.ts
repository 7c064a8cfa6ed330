/*
 * The guide and a create on terminals, with real servers behind them.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { eventually } from '../helpers/run.js';
import { onTerminal } from '../helpers/terminal.js';
import { describeClusterCreate, describeCreate } from '../terminal/create.js';
import { shells } from '../../lib/shell/shells.js';
import { describeInterrupt } from '../shell/interrupt.js';
import { describeGuide } from '../terminal/guide.js';
import type { Stage } from '../terminal/stage.js';
import { usual } from '../terminal/stage.js';
import type { LabServer } from './servers.js';
import { startLab } from './servers.js';

function stageOn(lab: LabServer): Stage<LabServer> {
  const [first = ''] = lab.members;
  const journal = join(lab.envOf(first).INCUS_SAFENET_STATE_DIR ?? '', 'journal');
  const daemon = async (signal: 'STOP' | 'CONT'): Promise<void> => {
    const { status, stderr } = await lab.exec(first, ['bash', '-c', `kill -${signal} "$(cat "$0/incusd.pid")"`, join(lab.folder, first)]);
    if (status !== 0) throw new Error(stderr);
  };
  return {
    target: lab,
    open: ([program = '', ...args], { env = {}, ...options } = {}) =>
      onTerminal((argv) => lab.spawn(argv, { stdin: 'pipe', env: { ...usual, ...env } }), lab.argvOf(program as 'incus-safenet', args), options),
    openShell: (argv) => onTerminal((words) => lab.spawn(words, { stdin: 'pipe', env: usual }), argv, { alone: true }),
    async hold() {
      const entries = (): Promise<string[]> => readdir(journal).catch(() => []);
      return {
        async reached() {
          await eventually('an entry in the journal', async () => (await entries()).some((name) => name.endsWith('.json')), { interval: 2 });
          await daemon('STOP');
        },
        goOn: () => daemon('CONT'),
      };
    },
  };
}

describe.each([1, 2] as const)('%i member(s)', (members) => {
  let lab: LabServer;
  beforeAll(async () => {
    lab = await startLab({ members, ovs: 'none' });
    await lab.createProject('web', true);
  }, 120_000);
  afterAll(() => lab?.stop());

  if (members === 1) {
    describe('the guide on a terminal', () => describeGuide(() => stageOn(lab)));
    describe('a create on a terminal', () => describeCreate(() => stageOn(lab)));
    describe.each(shells)('the function', (shell) =>
      describeInterrupt(
        shell,
        () => stageOn(lab),
        () => lab.folder,
        async () => (await lab.safenet('incus-safenet', ['shell-init', shell])).stdout,
      ),
    );
  } else {
    describe('a create on a terminal', () => describeClusterCreate(() => stageOn(lab)));
  }
});
