import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../helpers/run-cli.js';
import type { LabServer } from '../lab/servers.js';
import type { Stage } from './case.js';
import { processOf } from './sandbox-stage.js';

export interface LabStage extends Stage {
  /** Takes away what the flows make and find, so that the next one starts as the first did. */
  reset(): Promise<void>;
  remove(): Promise<void>;
}

/** A real server, and our programs run in this process against a socket in front of it. */
export async function labStage(lab: LabServer): Promise<LabStage> {
  const state = await mkdtemp(path.join(tmpdir(), 'incus-safenet-state-'));
  const [first = ''] = lab.members;
  const alive = new Set<number>();

  return {
    target: lab,
    socket: lab.socket(first),
    async run(program, argv, socket) {
      const { world, end } = processOf(alive);
      try {
        const env = { HOME: state, INCUS_CONF: state, INCUS_SOCKET: socket, INCUS_SAFENET_STATE_DIR: state };
        return await runCli(program, argv, env, { world: { ...world, pause: () => new Promise((resolve) => setTimeout(resolve, 100)) } });
      } finally {
        end();
      }
    },
    openTransactions: async () => (existsSync(path.join(state, 'journal')) ? (await readdir(path.join(state, 'journal'))).length : 0),
    async reset() {
      await rm(path.join(state, 'journal'), { recursive: true, force: true });
      await lab.request('DELETE', '/1.0/networks/web');
      await lab.request('POST', '/internal/sql', { database: 'global', query: `DELETE FROM networks WHERE name = 'web'` });
      for (const member of lab.members) {
        if ((await lab.interfaces(member)).includes('web')) await lab.removeInterface(member, 'web');
      }
      await lab.request('DELETE', '/1.0/projects/test');
    },
    remove: () => rm(state, { recursive: true, force: true }),
  };
}
