import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { absent } from '../../lib/facts/facts.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { MortalOptions } from './mortal.js';
import { sequence } from './operations.js';
import type { Sequence } from './operations.js';
import type { Tally } from './play.js';
import { play } from './play.js';

/** INCUS_SAFENET_SEQUENCES and INCUS_SAFENET_SEED play more of them, or others. A failure prints its seed and path. */
const numRuns = Number(process.env.INCUS_SAFENET_SEQUENCES ?? 1_000);
const seed = Number(process.env.INCUS_SAFENET_SEED ?? 20_260_101);

async function onSandbox(one: Sequence, tally: Tally): Promise<void> {
  let atStep: Parameters<MortalOptions['onServerStep']>[0] = null;
  const target = await startSandboxTarget({ members: one.members, ovs: 'none' }, { beforeStep: ({ name }) => atStep?.(name) });
  const stateFolder = await mkdtemp(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'incus-safenet-state-'));
  try {
    await target.createProject('test', true);
    await play(
      one,
      {
        target,
        env: target.env,
        wait: 3,
        stateFolder,
        world: {
          localHost: { ovsdb: (connection) => Promise.resolve(absent(`no ${connection}`)), isLinuxBridge: () => Promise.resolve(false) },
          pause: () => Promise.resolve(),
        },
        isOfTheMachine: (name) => ['lo', 'eth0'].includes(name),
        named: (name) => name,
        onServerStep: (listener) => (atStep = listener),
      },
      tally,
    );
  } finally {
    await target.stop();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

it('leaves nothing of ours unless it says so, and changes nothing of others, whatever happens in whatever order', async () => {
  const tally: Tally = {};

  await fc.assert(
    fc.asyncProperty(sequence, (one) => onSandbox(one, tally)),
    { numRuns, seed, ...(process.env.INCUS_SAFENET_PATH ? { path: process.env.INCUS_SAFENET_PATH } : {}) },
  );

  // The sequences have been to all the places that they are meant for.
  for (const place of ['create: 0', 'create: 1', 'create: 3', 'create: 4', 'create: 5', 'create: died', 'recover: 0', 'recover: 5', 'recover: died']) {
    expect([place, tally[place] ?? 0]).not.toEqual([place, 0]);
  }
}, 600_000);
