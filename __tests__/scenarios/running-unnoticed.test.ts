import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, ServerError } from '../../lib/errors.js';
import type { IncusServer } from '../../lib/incus/server.js';
import { journalStore } from '../../lib/journal/store.js';
import type { World } from '../../lib/world.js';
import { realWorld } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import { pasteInSandbox } from './sandbox-shell.js';
import type { SandboxTarget } from './sandbox-target.js';
import { startSandboxTarget } from './sandbox-target.js';

/*
 * A network that runs although its row says Pending. On a real server: __tests__/lab/running-unnoticed.test.ts.
 */

const real = realWorld();
let target: SandboxTarget;
beforeEach(async () => void (target = await startSandboxTarget({ members: 1, ovs: 'none' })));
afterEach(() => target.stop());

type Change = IncusServer['change'];

/** A server of which one call is another. */
function through(replace: (server: IncusServer) => Partial<IncusServer>): World['connect'] {
  return (endpoint) => {
    const server = real.connect(endpoint);
    return { ...server, ...replace(server) };
  };
}

/** The connection is lost, and what is left runs, and is Pending. */
const losing = (server: IncusServer): Change => async (method, where, body, options) => {
  await server.change(method, where, body, options);
  if (method !== 'POST' || (body as { name: string }).name === '') return;
  target.sandbox.execute('UPDATE networks_nodes SET state = 0');
  throw new OutcomeUnknownError('the connection was lost');
};
const withoutDatabase = (): Pick<IncusServer, 'ask'> => ({ ask: () => Promise.reject(new ServerError(403, 'not authorized')) });

function create(connect: World['connect'], argv: string[] = []): Promise<CliRun> {
  return runCli('incus-network-create', ['web', 'ipv6.address=none', ...argv], target.env, { world: { connect, pause: () => Promise.resolve() } });
}

/** As another process, after the first one's end. */
function later(program: 'incus-network-create' | 'incus-safenet', argv: string[], connect = real.connect): Promise<CliRun> {
  return runCli(program, argv, target.env, { world: { connect, pause: () => Promise.resolve(), isAlive: () => Promise.resolve(false) } });
}

const stateFolder = (): string => target.env.INCUS_SAFENET_STATE_DIR ?? '';
const journalFiles = (): Promise<string[]> => readdir(path.join(stateFolder(), 'journal')).catch(() => []);
const records = (): Promise<unknown[][]> => target.select('SELECT networks.name, networks.state, networks_nodes.state FROM networks JOIN networks_nodes ON network_id = networks.id');

async function expectNothingLeft(): Promise<void> {
  await expect(records()).resolves.toEqual([]);
  await expect(target.interfaces('node1')).resolves.not.toContain('web');
  await expect(journalFiles()).resolves.toEqual([]);
}

describe('a network that runs although its row says Pending', () => {
  it('is rolled back with its interface', async () => {
    const run = await create(through((server) => ({ change: losing(server) })));

    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Rolled back:\n {2}backed up the row: .*\n {2}set the row of its member to Created.*\n {2}deleted network "web"/m);
    await expectNothingLeft();
  });

  it('stays with its interface where the database is out of reach, with commands for the server itself that work', async () => {
    const run = await create(through((server) => ({ change: losing(server), ...withoutDatabase() })), ['--format', 'json']);

    const { left } = JSON.parse(run.stdout) as { left: { where: string; command: string }[] };
    expect(run.status).toBe(4);
    expect(left).toMatchObject([{ where: expect.stringMatching(/would leave that behind: not authorized; an administrator has to run this on the server itself/) }]);
    await expect(records()).resolves.toEqual([['web', 1, 0]]);
    await expect(target.interfaces('node1')).resolves.toContain('web');

    await expect(pasteInSandbox(left[0]?.command ?? '', target, later)).resolves.toEqual({ status: 0, output: '' });
    await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0 });
    await expectNothingLeft();
  });

  describe('and cannot be deleted once its row is set right', () => {
    const refuse = (server: IncusServer): Change => (method, ...all) => (method === 'DELETE' ? Promise.reject(new ServerError(500, 'not now')) : losing(server)(method, ...all));
    const left = (): Promise<CliRun> => create(through((server) => ({ change: refuse(server) })));

    it('is left behind, and not kept as if it were what was asked for', async () => {
      await expect(left()).resolves.toMatchObject({ status: 4, stdout: '', stderr: expect.stringContaining('incus-safenet recover') });
      await expect(records()).resolves.toEqual([['web', 1, 1]]);

      await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('finished: taken back') });
      await expectNothingLeft();
    });

    it('is not taken for the network that somebody makes in its place', async () => {
      await left();
      await target.request('DELETE', '/1.0/networks/web');
      await target.request('POST', '/1.0/networks', { name: 'web', config: { 'ipv6.address': 'none' }, description: '', type: 'bridge' });

      await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('nothing of it was left') });

      await expect(records()).resolves.toEqual([['web', 1, 1]]);
      await expect(target.interfaces('node1')).resolves.toContain('web');
      await expect(journalFiles()).resolves.toEqual([]);
    });

    it('is left alone while it is in use', async () => {
      await left();
      target.sandbox.execute("INSERT INTO profiles_devices (profile_id, name, type) SELECT id, 'eth0', 1 FROM profiles LIMIT 1");
      target.sandbox.execute("INSERT INTO profiles_devices_config (profile_device_id, key, value) SELECT id, 'network', 'web' FROM profiles_devices");

      await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 4, stdout: expect.stringContaining('it is in use by /1.0/profiles/default') });

      await expect(records()).resolves.toEqual([['web', 1, 1]]);
    });
  });

  it('is not sent a DELETE when the journal cannot note down what its row will say', async () => {
    const store = journalStore(stateFolder());
    const journal = { ...store, update: () => Promise.reject(new Error('no space left on device')) };

    const run = await runCli('incus-network-create', ['web', 'ipv6.address=none'], target.env, {
      world: { connect: through((server) => ({ change: losing(server) })), journal, pause: () => Promise.resolve() },
    });

    expect(run).toMatchObject({ status: 4, stderr: expect.stringContaining('no space left on device') });
    await expect(records()).resolves.toEqual([['web', 1, 0]]);
    await expect(target.requests()).resolves.not.toContain('DELETE /1.0/networks/web?project=default');
  });
});

describe('an interface that appears while a transaction is open', () => {
  /** The create ends without an answer and without a record, and somebody makes an interface of its name. */
  async function withInterface(): Promise<void> {
    const lose: Change = (method) => Promise.reject(new OutcomeUnknownError(`${method} was lost`));
    await expect(create(through(() => ({ change: lose })))).resolves.toMatchObject({ status: 5 });
    await target.addInterface('node1', 'web');
  }

  it('is nothing to remove where it is no bridge', async () => {
    await withInterface();

    const { status, stdout } = await later('incus-safenet', ['recover']);

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.not.stringContaining('ip link delete') });
    await expect(target.interfaces('node1')).resolves.toContain('web');
    await expect(journalFiles()).resolves.toEqual([]);
  });
});

it('an equal create that starts between the lock and our look is not taken for what is left of ours', async () => {
  await target.stop();
  let release = (): void => undefined;
  target = await startSandboxTarget({ members: 1, ovs: 'none' }, { beforeStep: ({ name }) => (name === 'create-interface' ? new Promise<void>((resolve) => (release = resolve)) : undefined) });
  const lose: Change = (method) => Promise.reject(new OutcomeUnknownError(`${method} was lost`));
  await expect(create(through(() => ({ change: lose })))).resolves.toMatchObject({ status: 5 });
  let locks = 0;
  let other: Promise<unknown> = Promise.resolve();
  const late = (server: IncusServer): Change => async (method, where, body, options) => {
    if (method !== 'POST') return server.change(method, where, body, options);
    locks += 1;
    // Whoever waits for the lock waits for the other create from now on.
    if (locks === 2) setImmediate(() => release());
    try {
      return await server.change(method, where, body, options);
    } finally {
      if (locks === 1) {
        other = target.request('POST', '/1.0/networks', { name: 'web', config: { 'ipv6.address': 'none' }, description: '', type: 'bridge' });
        while ((await records()).length === 0) await new Promise(setImmediate);
      }
    }
  };

  const run = await later('incus-safenet', ['recover'], through((server) => ({ change: late(server) })));
  release();
  await other;

  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('Created as asked for') });
  await expect(records()).resolves.toEqual([['web', 1, 1]]);
});
