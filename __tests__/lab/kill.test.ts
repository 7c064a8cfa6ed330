import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, finish } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import type { LabServer } from './servers.js';
import { startLab } from './servers.js';

/** Together 50 for each signal. A create on a cluster takes longer, and its undoing too. */
const MOMENTS = { 1: 30, 2: 20 };
/** So many of the moments fall into the reading that comes before the first request. */
const EARLY = 4;

let lab: LabServer;
const stateOf = (name: string): Record<string, string> => ({ INCUS_SAFENET_STATE_DIR: path.join(lab.folder, 'states', name) });
const entries = (state: Record<string, string>): Promise<string[]> => readdir(path.join(state.INCUS_SAFENET_STATE_DIR ?? '', 'journal')).catch(() => []);
/** Waits for one more entry in one of the journals, or for the end of what was to write it. */
async function hasBegun(states: Record<string, string>[], before = 0, ended: Promise<unknown> = new Promise(() => undefined)): Promise<void> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  ended.then(over, over);
  const count = async (): Promise<number> => (await Promise.all(states.map(entries))).flat().filter((name) => name.endsWith('.json')).length;
  await eventually('an entry in the journal', async () => isOver || (await count()) > before, { interval: 2, timeout: 60_000 });
}
/** Records that are not Created through and through. */
const unfinished = (): Promise<unknown[][]> =>
  lab.select('SELECT networks.name, networks.state, node_id, networks_nodes.state FROM networks LEFT JOIN networks_nodes ON network_id = networks.id WHERE networks.state <> 1 OR networks_nodes.state IS NULL OR networks_nodes.state <> 1');
const names = async (): Promise<string[]> => (await lab.select('SELECT name FROM networks')).map(([name]) => String(name));

/** Interfaces that a test has brought about and that have no record. */
async function strays(): Promise<string[]> {
  const known = await names();
  const found = await Promise.all(lab.members.map((member) => lab.interfaces(member)));
  return found.flat().filter((name) => /^[kis]\d+$/.test(name) && !known.includes(name));
}

let count = 0;
function argvOf(network: string): string[] {
  count += 1;
  const members = lab.members.length > 1 ? ['--all-members'] : [];
  return lab.argvOf('incus-network-create', [network, `ipv4.address=10.${97 + Math.floor(count / 250)}.${count % 250}.1/24`, 'ipv6.address=none', ...members]);
}

interface Length {
  /** Milliseconds from the start to the first entry in the journal. */
  reading: number;
  /** Milliseconds from there to the end. */
  writing: number;
}

async function measure(network: string): Promise<Length> {
  const state = stateOf(network);
  const start = performance.now();
  const child = lab.spawn(argvOf(network), { env: state, cwd: process.cwd() });
  const ended = finish(child, network);
  await hasBegun([state], 0, ended);
  const begun = performance.now();
  await expect(ended).resolves.toMatchObject({ status: 0, stderr: '' });
  return { reading: begun - start, writing: performance.now() - begun };
}

/** A create that gets a signal at one of the moments. */
async function struck(network: string, signal: NodeJS.Signals, moment: number, moments: number, { reading, writing }: Length, state: Record<string, string>): Promise<Run> {
  const before = (await entries(state)).length;
  const child = lab.spawn(argvOf(network), { env: state, cwd: process.cwd() });
  const ended = finish(child, network);
  // Before that a signal would end nsenter alone.
  await Promise.race([eventually('the program itself', () => lab.pidInside(child), { interval: 1 }), ended]);
  if (moment < EARLY) {
    await sleep((reading * moment) / EARLY);
  } else {
    // Where it ends before, there is nothing left to strike.
    await hasBegun([state], before, ended);
    await sleep((writing * (moment - EARLY)) / (moments - EARLY));
  }
  child.kill(signal);
  return ended;
}

const daemon = async (signal: 'STOP' | 'CONT'): Promise<void> => {
  const [first = ''] = lab.members;
  const { status, stderr } = await lab.exec(first, ['bash', '-c', `kill -${signal} "$(cat "$0/incusd.pid")"`, path.join(lab.folder, first)]);
  if (status !== 0) throw new Error(stderr);
};

function strikes(members: 1 | 2): void {
  const moments = MOMENTS[members];
  let length: Length;

  beforeAll(async () => {
    lab = await startLab({ members, ovs: 'none' });
    await measure('warm');
    length = await measure('whole');
  }, 60_000);
  afterAll(() => lab.stop());

  it(`killed at ${moments} moments, leaves nothing that recover does not put right`, async () => {
    const state = stateOf('killed');
    for (let moment = 0; moment < moments; moment++) await struck(`k${moment}`, 'SIGKILL', moment, moments, length, state);
    const open = await entries(state);

    const run = await lab.safenet('incus-safenet', ['recover'], { env: state, timeout: 120_000 });

    // Without any, the moments were the wrong ones.
    expect(open.length).toBeGreaterThan(0);
    expect({ ...run, unfinished: await unfinished(), strays: await strays() }).toMatchObject({ status: 0, stderr: '', unfinished: [], strays: [] });
    await expect(entries(state)).resolves.toEqual([]);
  }, 180_000);

  it(`interrupted at ${moments} moments, has either created its network or left nothing`, async () => {
    const statuses = new Set<number | null>();
    const wrong: unknown[] = [];
    for (let moment = 0; moment < moments; moment++) {
      const network = `i${moment}`;
      const run = await struck(network, 'SIGINT', moment, moments, length, stateOf('interrupted'));
      // Before Node.js runs our program, the signal itself ends it, which a shell calls 130 as well.
      const status = run.signal === 'SIGINT' ? 130 : run.status;
      statuses.add(status);
      const isThere = (await names()).includes(network);
      if (isThere ? status !== 0 : status !== 130) wrong.push({ moment, isThere, ...run });
    }
    expect(wrong).toEqual([]);

    expect(statuses.has(130)).toBe(true);
    await expect(unfinished()).resolves.toEqual([]);
    await expect(strays()).resolves.toEqual([]);
    await expect(entries(stateOf('interrupted'))).resolves.toEqual([]);
  }, 180_000);
}

describe('a create on a server of its own', () => {
  strikes(1);

  it.each(['SIGTERM', 'SIGHUP'] as const)('takes %s for an interrupt', async (signal) => {
    const state = stateOf(signal);
    const child = lab.spawn(argvOf(`s${signal.length}`), { env: state, cwd: process.cwd() });
    const ended = finish(child, signal);
    await hasBegun([state], 0, ended);
    child.kill(signal);

    const run = await ended;

    expect({ ...run, isThere: (await names()).includes(`s${signal.length}`) }).toMatchObject(run.status === 0 ? { isThere: true } : { status: 130, isThere: false });
    await expect(entries(state)).resolves.toEqual([]);
  });

  describe('while the server takes its time', () => {
    /** A create whose request the server has, and does not get on with. */
    async function held(network: string, ...more: string[]): Promise<{ child: ReturnType<LabServer['spawn']>; ended: Promise<Run>; said: () => string; state: Record<string, string> }> {
      const state = stateOf(network);
      const child = lab.spawn([...argvOf(network), ...more], { env: state, cwd: process.cwd() });
      let text = '';
      child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const ended = finish(child, network);
      await hasBegun([state], 0, ended);
      await daemon('STOP');
      return { child, ended, said: () => text, state };
    }
    const recover = (state: Record<string, string>): Promise<Run> => lab.safenet('incus-safenet', ['recover'], { env: state });

    it('waits after an interrupt, says so, and leaves at once after a second one', async () => {
      const { child, ended, said, state } = await held('s20');
      try {
        child.kill('SIGINT');
        await eventually('the word of waiting', () => said().includes('Waiting for the server'));
        child.kill('SIGINT');

        await expect(ended).resolves.toMatchObject({ status: 5, stderr: expect.stringMatching(/incus-safenet recover [0-9a-f-]+/) });
        await expect(entries(state)).resolves.toHaveLength(1);
      } finally {
        await daemon('CONT');
      }

      await expect(recover(state)).resolves.toMatchObject({ status: 0 });
      await expect(entries(state)).resolves.toEqual([]);
      await expect(unfinished()).resolves.toEqual([]);
      await expect(strays()).resolves.toEqual([]);
    });

    it('is left alone by recover', async () => {
      const { ended, state } = await held('s21');
      try {
        await expect(recover(state)).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('still running') });
        await expect(entries(state)).resolves.toHaveLength(1);
      } finally {
        await daemon('CONT');
      }

      await expect(ended).resolves.toMatchObject({ status: 0 });
      await expect(entries(state)).resolves.toEqual([]);
    });

    it('waits no longer than it is told, and does not say what it does not know', async () => {
      const { ended, state } = await held('s22', '--wait', '1');
      try {
        await expect(ended).resolves.toMatchObject({ status: 5, stdout: '', stderr: expect.stringMatching(/no answer within 1 s[^]*incus-safenet recover/) });
        await expect(entries(state)).resolves.toHaveLength(1);
      } finally {
        await daemon('CONT');
      }

      await expect(recover(state)).resolves.toMatchObject({ status: 0 });
      await expect(unfinished()).resolves.toEqual([]);
      await expect(strays()).resolves.toEqual([]);
    });
  });

  it('wins or loses against seven others of the same name, and the winner keeps its network', () => race(10), 120_000);
});

describe('a create on a cluster', () => {
  strikes(2);

  it('wins or loses against seven others on the same definitions, and the winner keeps its network', () => race(10), 120_000);
  it('wins or loses against others that define the network member by member', () => raceFromNothing(4), 120_000);
});

/** Four native scripts and four of ours at once that define the network on every member and then create it. */
async function raceFromNothing(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const name = `d${round}`;
    const script = `${lab.members.map((member) => `incus network create ${name} --target ${member}`).join('; ')}; incus network create ${name} ipv6.address=none`;
    const first = round % 2 === 0 ? Promise.resolve() : hasBegun([1, 3, 5, 7].map((index) => stateOf(`${name}-${index}`)));
    const runs = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        if (index % 2 === 1) return lab.safenet('incus-network-create', [name, 'ipv6.address=none', '--all-members'], { env: stateOf(`${name}-${index}`) });
        await first;
        return lab.exec(lab.members[0] ?? '', ['bash', '-c', script]);
      }),
    );

    const winners = runs.filter(({ status }) => status === 0);
    expect({ round, winners: winners.length, runs }).toMatchObject({ round, winners: 1 });
    await expect(lab.request('GET', `/1.0/networks/${name}`)).resolves.toMatchObject({ body: { metadata: { status: 'Created' } } });
    await expect(unfinished()).resolves.toEqual([]);
    await lab.incus(['network', 'delete', name]);
  }
}

/** Eight at once, four of them through the native client, four through ours with a state folder each. */
async function race(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const name = `r${round}`;
    const defined = lab.members.length > 1 ? lab.members : [];
    for (const member of defined) await lab.incus(['network', 'create', name, '--target', member]);

    // The native client starts faster; so that ours can win too, it waits for one of ours every other round.
    const first = round % 2 === 0 ? Promise.resolve() : hasBegun([1, 3, 5, 7].map((index) => stateOf(`${name}-${index}`)));
    const runs = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const native = ['network', 'create', name, '--description', `${index}`];
        if (index % 2 === 1) return lab.safenet('incus-network-create', native.slice(2), { env: stateOf(`${name}-${index}`) });
        await first;
        return lab.incus(native);
      }),
    );

    const winners = runs.filter(({ status }) => status === 0);
    expect({ round, winners: winners.length, runs }).toMatchObject({ round, winners: 1 });
    for (const { status } of runs) expect([0, 1, 3, 4]).toContain(status);
    await expect(lab.request('GET', `/1.0/networks/${name}`)).resolves.toMatchObject({ body: { metadata: { status: 'Created' } } });
    await expect(unfinished()).resolves.toEqual([]);
    for (let index = 1; index < 8; index += 2) await expect(entries(stateOf(`${name}-${index}`))).resolves.toEqual([]);
    await lab.incus(['network', 'delete', name]);
  }
}
