import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { absent } from '../../lib/facts/facts.js';
import { sequence } from '../property/operations.js';
import type { Sequence } from '../property/operations.js';
import type { Tally } from '../property/play.js';
import { play } from '../property/play.js';
import type { LabServer } from './servers.js';
import { startLab } from './servers.js';

/** The sequences of __tests__/property on real servers; a failure prints its seed and path. */
const numRuns = Number(process.env.INCUS_SAFENET_SEQUENCES ?? 15);
const seed = Number(process.env.INCUS_SAFENET_SEED ?? 20_260_101);

let labs: Record<1 | 2, LabServer>;
let machines: Record<1 | 2, Set<string>>;

beforeAll(async () => {
  const [alone, cluster] = await Promise.all([startLab({ members: 1, ovs: 'none' }), startLab({ members: 2, ovs: 'none' })]);
  labs = { 1: alone, 2: cluster };
  machines = { 1: await interfacesOf(alone), 2: await interfacesOf(cluster) };
}, 120_000);

afterAll(async () => {
  await Promise.all([labs?.[1].stop(), labs?.[2].stop()]);
});

async function interfacesOf(lab: LabServer): Promise<Set<string>> {
  return new Set((await Promise.all(lab.members.map((member) => lab.interfaces(member)))).flat());
}

async function onLab(one: Sequence, tally: Tally): Promise<void> {
  const lab = labs[one.members];
  const [first = ''] = lab.members;
  const stateFolder = await mkdtemp(path.join(tmpdir(), 'incus-safenet-state-'));
  try {
    await lab.createProject('test', true);
    await play(
      one,
      {
        target: lab,
        env: { HOME: stateFolder, INCUS_CONF: stateFolder, INCUS_SOCKET: lab.socket(first) },
        wait: 30,
        stateFolder,
        world: {
          localHost: { ovsdb: (connection) => Promise.resolve(absent(`no ${connection}`)), isLinuxBridge: () => Promise.resolve(false) },
        },
        isOfTheMachine: (name) => machines[one.members].has(name),
        named: (name) => name,
        onServerStep: () => undefined, // a real server has no steps to hold
      },
      tally,
    );
  } finally {
    await clear(lab);
    await rm(stateFolder, { recursive: true, force: true });
  }
}

/** As it was before the sequence. */
async function clear(lab: LabServer): Promise<void> {
  for (const [name] of await lab.select('SELECT name FROM networks')) await lab.request('DELETE', `/1.0/networks/${String(name)}`);
  await lab.request('POST', '/internal/sql', { database: 'global', query: 'DELETE FROM networks' });
  await lab.request('DELETE', '/1.0/projects/test');
  for (const member of lab.members) {
    for (const name of await lab.interfaces(member)) {
      if (!machines[lab.members.length as 1 | 2].has(name)) await lab.removeInterface(member, name);
    }
  }
}

it('leaves nothing of ours unless it says so, and changes nothing of others, whatever happens in whatever order', async () => {
  const tally: Tally = {};

  await fc.assert(
    fc.asyncProperty(sequence, (one) => onLab(one, tally)),
    { numRuns, seed, endOnFailure: true, ...(process.env.INCUS_SAFENET_PATH ? { path: process.env.INCUS_SAFENET_PATH } : {}) },
  );

  expect(Object.values(tally).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(numRuns);
}, 600_000);
