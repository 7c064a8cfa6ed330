import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ServerError, UnreachableError } from '../../lib/errors.js';
import type { IncusServer } from '../../lib/incus/server.js';
import { JournalEntry } from '../../lib/journal/schema.js';
import { JournalWriteError, journalStore } from '../../lib/journal/store.js';
import { CreateReport } from '../../lib/report/create-json.js';
import type { SandboxOptions, Step } from '../../lib/sandbox/shape.js';
import type { World } from '../../lib/world.js';
import { realWorld } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import type { Shape } from '../helpers/target.js';
import type { SandboxTarget } from './sandbox-target.js';
import { startSandboxTarget } from './sandbox-target.js';
import { pasteInSandbox } from './sandbox-shell.js';

/*
 * What happens at one moment of a create: the sandbox holds the server there, which no real server lets us do.
 */

const CLUSTER: Shape = { members: 2, ovs: 'none' };
const ALONE: Shape = { members: 1, ovs: 'none' };

const real = realWorld();
let target: SandboxTarget;
let interrupt: () => void;
/** What happens before a step of a create inside the server. */
let at: (step: Step) => Promise<void> | void;

afterEach(() => target.stop());

async function begin(shape: Shape, options: SandboxOptions = {}): Promise<void> {
  at = () => undefined;
  target = await startSandboxTarget(shape, { ...options, beforeStep: (step) => at(step) });
}

function create(argv: string[], world: Partial<World> = {}): Promise<CliRun> {
  return runCli('incus-network-create', [...argv, 'ipv6.address=none'], target.env, {
    interruptible: (play) => (interrupt = play),
    world: { pause: () => Promise.resolve(), ...world },
  });
}

/** As another process, after the first one's end. */
function later(program: 'incus-network-create' | 'incus-safenet', argv: string[]): Promise<CliRun> {
  return runCli(program, argv, target.env, { world: { pause: () => Promise.resolve(), isAlive: () => Promise.resolve(false) } });
}

const journalFiles = (): Promise<string[]> => readdir(path.join(target.env.INCUS_SAFENET_STATE_DIR ?? '', 'journal')).catch(() => []);
const records = (): Promise<unknown[][]> => target.select('SELECT networks.name, networks.state, node_id, networks_nodes.state FROM networks LEFT JOIN networks_nodes ON network_id = networks.id ORDER BY node_id');
const posts = async (): Promise<string[]> => (await target.requests()).filter((request) => request.startsWith('POST /1.0/networks'));

describe('Ctrl-C', () => {
  it('ends at once while facts are gathered, and nothing is sent', async () => {
    await begin(ALONE);
    const connect: World['connect'] = (endpoint) => {
      const server = real.connect(endpoint);
      return { ...server, get: (...all: Parameters<IncusServer['get']>) => (interrupt(), new Promise<never>(() => void all)) } as IncusServer;
    };

    const run = await create(['web'], { connect });

    expect(run).toEqual({ status: 130, stdout: '', stderr: 'Error: interrupted: nothing was sent to the server\n' });
    await expect(posts()).resolves.toEqual([]);
    await expect(journalFiles()).resolves.toEqual([]);
  });

  it.each<[string, Shape, string[], Step['name']]>([
    ['a server of its own writes the record', ALONE, [], 'insert-record'],
    ['a server of its own makes the interface', ALONE, [], 'create-interface'],
    ['a server of its own is about to answer', ALONE, [], 'answer'],
    ['a cluster makes the interfaces', CLUSTER, ['--all-members'], 'create-interface'],
    ['a cluster defines the first member', CLUSTER, ['--all-members'], 'define-member'],
    ['a definition is made with --target', CLUSTER, ['--target', 'node2'], 'define-member'],
  ])('while %s: says that it waits, lets the request finish, and takes back what it made', async (_, shape, argv, step) => {
    await begin(shape);
    let isStruck = false;
    at = ({ name }) => {
      if (name === step && !isStruck) interrupt();
      isStruck ||= name === step;
    };

    const run = await (argv.includes('--target') ? runWithoutKeys(argv) : create(['web', ...argv]));

    expect(run).toMatchObject({ status: 130, stdout: '' });
    expect(run.stderr).toContain('Waiting for the server to answer before undoing');
    expect(run.stderr).toContain('was rolled back');
    await expect(records()).resolves.toEqual([]);
    for (const member of target.members) await expect(target.interfaces(member)).resolves.not.toContain('web');
    await expect(journalFiles()).resolves.toEqual([]);
  });

  /** Keys of the whole network do not go with --target. */
  function runWithoutKeys(argv: string[]): Promise<CliRun> {
    return runCli('incus-network-create', ['web', ...argv], target.env, { interruptible: (play) => (interrupt = play), world: { pause: () => Promise.resolve() } });
  }

  it('keeps a definition beside which somebody has made another: DELETE would take both', async () => {
    await begin(CLUSTER);
    at = async ({ name, member }) => {
      if (name !== 'define-member' || member !== 'node2') return;
      interrupt();
      target.sandbox.execute("INSERT INTO networks (name, description, project_id, state, type) VALUES ('web', '', 1, 0, 0)");
      target.sandbox.execute('INSERT INTO networks_nodes (network_id, node_id, state) SELECT id, 1, 0 FROM networks');
    };

    const run = await runWithoutKeys(['--target', 'node2']);

    // The definition is there as asked for, or ours alone is gone; the other one is not ours to touch.
    expect([0, 130]).toContain(run.status);
    await expect(records()).resolves.toContainEqual(['web', 0, 1, 0]);
  });

  it('a second time leaves at once, with the transaction open and the way to finish it', async () => {
    await begin(ALONE);
    let goOn = (): void => undefined;
    at = ({ name }) => {
      if (name !== 'create-interface') return undefined;
      interrupt();
      interrupt();
      return new Promise<void>((resolve) => (goOn = resolve));
    };

    const run = await create(['web', '--format', 'json']);
    const report = CreateReport.parse(JSON.parse(run.stdout));
    goOn();

    expect(run.status).toBe(5);
    expect(report).toMatchObject({ outcome: 'unknown', error: 'left while the server was still working on network "web"' });
    await expect(journalFiles()).resolves.toHaveLength(1);
    await expect(later('incus-safenet', ['recover', report.transaction ?? ''])).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('finished') });
    // Whether the server noticed in time that its client had gone is its own affair; half of a network there is not.
    expect([[], [['web', 1, 1, 1]]]).toContainEqual(await records());
    await expect(journalFiles()).resolves.toEqual([]);
  });
});

it('Ctrl-C during a rollback that has begun without it ends in 130 once all is clean, and the cause is told', async () => {
  await begin(CLUSTER);
  at = ({ name, member }) => {
    if (name === 'create-interface' && member === 'node2') throw new Error('the driver fails');
  };
  const connect: World['connect'] = (endpoint) => {
    const server = real.connect(endpoint);
    const change: IncusServer['change'] = (method, ...all) => {
      if (method === 'DELETE') interrupt();
      return server.change(method, ...all);
    };
    return { ...server, change };
  };

  const run = await create(['web', '--all-members'], { connect });

  expect(run).toMatchObject({ status: 130, stdout: '', stderr: expect.stringMatching(/^Error: interrupted: network "web" was rolled back\n {2}cause: .*the driver fails\nRolled back:$/m) });
  await expect(records()).resolves.toEqual([]);
  await expect(journalFiles()).resolves.toEqual([]);
});

describe('a server that answers 500 after it has made the network', () => {
  const failAtTheEnd = ({ name }: Step): void => {
    if (name === 'answer') throw new Error('disk I/O error');
  };

  it('and is not clustered has made ours: it is kept, with a warning', async () => {
    await begin(ALONE);
    at = failAtTheEnd;

    const run = await create(['web']);

    expect(run).toEqual({ status: 0, stdout: 'Network web created\n', stderr: 'Warning: the server answered "disk I/O error", and network "web" is Created as asked for all the same\n' });
    await expect(records()).resolves.toEqual([['web', 1, 1, 1]]);
    await expect(journalFiles()).resolves.toEqual([]);
  });

  it('and is not clustered may have made ours also when our process is killed before it can look', async () => {
    await begin(ALONE);
    at = failAtTheEnd;
    const connect: World['connect'] = (endpoint) => {
      const server = real.connect(endpoint);
      let isSent = false;
      const change: IncusServer['change'] = (...all) => ((isSent = true), server.change(...all));
      const get = ((...all: Parameters<IncusServer['get']>) => (isSent ? Promise.reject(new UnreachableError('killed')) : server.get(...all))) as IncusServer['get'];
      return { ...server, change, get };
    };

    await expect(create(['web'], { connect })).resolves.toMatchObject({ status: 5 });

    await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('Created as asked for') });
    await expect(records()).resolves.toEqual([['web', 1, 1, 1]]);
  });

  it('and is clustered may have made it for somebody else: it stays, and the message says that it is there', async () => {
    await begin(CLUSTER);
    at = ({ name }) => {
      if (name === 'answer' && target.sandbox.select('SELECT state FROM networks')[0]?.[0] === 1) throw new Error('disk I/O error');
    };

    const run = await create(['web', '--all-members']);

    expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/disk I\/O error; left alone: the network is Created all the same, as asked for, by this create or by another one/) });
    await expect(records()).resolves.toHaveLength(2);
  });
});

describe('the journal', () => {
  it('is on disk, to be read by its user alone, before each request that it announces', async () => {
    await begin(CLUSTER);
    const seen: string[] = [];
    at = async ({ name, member }) => {
      if (name !== 'define-member' && name !== 'write-global-config') return;
      const [entry] = (await journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? '').read()).entries;
      seen.push(`${name} ${member ?? ''}: ${entry?.steps.map(({ status }) => status).join(' ')}`);
    };

    await expect(create(['web', '--all-members'])).resolves.toMatchObject({ status: 0 });

    expect(seen).toEqual(['define-member node1: doing todo todo', 'define-member node2: done doing todo', 'write-global-config : done done doing']);
    await expect(journalFiles()).resolves.toEqual([]);
  });

  it('that cannot be written between two requests ends the create, and takes back what the first one made', async () => {
    await begin(CLUSTER);
    const store = journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? '');
    const journal = { ...store, update: () => Promise.reject(new JournalWriteError('cannot write the journal: no space left on device')) };

    const run = await create(['web', '--all-members'], { journal });

    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain('no space left on device');
    expect(run.stderr).toContain('read back: nothing of it is left');
    await expect(records()).resolves.toEqual([]);
    await expect(posts()).resolves.not.toContain('POST /1.0/networks?project=default&target=node2');
  });

  it('notes down a no, so that a later recover does not take somebody else’s network for ours', async () => {
    await begin(CLUSTER);
    at = ({ name }) => {
      if (name === 'create-interface') throw new Error('the driver fails');
    };
    const connect: World['connect'] = (endpoint) => {
      const server = real.connect(endpoint);
      const change: IncusServer['change'] = (method, ...all) => (method === 'DELETE' ? Promise.reject(new ServerError(500, 'not now')) : server.change(method, ...all));
      return { ...server, change };
    };

    const run = await create(['web', '--all-members', '--format', 'json'], { connect });

    const report = CreateReport.parse(JSON.parse(run.stdout));
    expect(run.status).toBe(4);
    expect(report).toMatchObject({ outcome: 'left-behind', rollback: { attempted: true, verified: false } });
    expect(report.left?.[0]?.where).toContain('not now');
    const [entry] = (await journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? '').read()).entries;
    expect(JournalEntry.parse(entry).steps.at(-1)).toMatchObject({ status: 'failed', error: 'the driver fails' });

    // Somebody else makes it work in the meantime.
    at = () => undefined;
    await expect(target.request('POST', '/1.0/networks', { name: 'web', config: {}, description: '', type: 'bridge' })).resolves.toMatchObject({ status: 201 });
    await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0 });
    await expect(target.request('GET', '/1.0/networks/web')).resolves.toMatchObject({ body: { metadata: { status: 'Created' } } });
  });
});

describe('a rollback', () => {
  it('that may not use the database leaves the record, with a command for a member that works', async () => {
    await begin(CLUSTER);
    await target.createProject('test', true);
    const connect: World['connect'] = (endpoint) => ({ ...real.connect(endpoint), ask: () => Promise.reject(new ServerError(403, 'not authorized')) });

    const run = await runCli('incus-network-create', ['it’s; a', '--project', 'test', '--ignore-check', 'all,ovn-available', '--format', 'json'], target.env, { world: { connect, pause: () => Promise.resolve() } });

    const report = CreateReport.parse(JSON.parse(run.stdout));
    expect(run.status).toBe(4);
    expect(report.left?.[0]).toMatchObject({ where: expect.stringContaining('not authorized'), command: expect.stringMatching(/^incus admin sql global /) });
    await expect(records()).resolves.not.toEqual([]);

    await expect(pasteInSandbox(report.left?.[0]?.command ?? '', target, later)).resolves.toMatchObject({ status: 0 });
    await expect(records()).resolves.toEqual([]);
    await expect(later('incus-safenet', ['recover'])).resolves.toMatchObject({ status: 0 });
    await expect(journalFiles()).resolves.toEqual([]);
  });

  it('is not begun where the name could not be read before, and its check was ignored: the message says what is there, and how to remove it', async () => {
    await begin(CLUSTER);
    await target.createProject('test', true);
    const connect: World['connect'] = (endpoint) => {
      const server = real.connect(endpoint);
      let isSent = false;
      const change: IncusServer['change'] = (...all) => ((isSent = true), server.change(...all));
      const get = ((...all: Parameters<IncusServer['get']>) => (!isSent && all[0].startsWith('/1.0/networks/web?') ? Promise.reject(new ServerError(500, 'busy')) : server.get(...all))) as IncusServer['get'];
      return { ...server, change, get };
    };

    const run = await runCli('incus-network-create', ['web', '--project', 'test', '--ignore-check', 'all,ovn-available'], target.env, { world: { connect, pause: () => Promise.resolve() } });

    expect(run).toMatchObject({ status: 4, stdout: '' });
    expect(run.stderr).toMatch(
      /^Left behind:\n {2}the record of network "web", which may have been there before: it could not be read then \(project "test" on remote "local", live on no member\)\n {4}incus-safenet repair web --project test\n$/m,
    );
    await expect(records()).resolves.not.toEqual([]);
    await expect(journalFiles()).resolves.toEqual([]);
    await expect(later('incus-safenet', ['repair', 'web', '--project', 'test', '--yes'])).resolves.toMatchObject({ status: 0 });
    await expect(records()).resolves.toEqual([]);
  });

  it('of a hidden record can be taken back itself, from the backup', async () => {
    await begin(CLUSTER);
    await target.createProject('test', true);
    let backup = '';
    const store = journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? '');
    let before: unknown[][] = [];
    const journal = {
      ...store,
      backup: async (name: string, text: string) => {
        before = await records();
        backup = text;
        return store.backup(name, text);
      },
    };

    await expect(create(['web', '--project', 'test', '--ignore-check', 'all,ovn-available'], { journal })).resolves.toMatchObject({ status: 1 });
    await expect(records()).resolves.toEqual([]);
    await target.request('POST', '/internal/sql', { database: 'global', query: backup });

    expect(before).not.toEqual([]);
    await expect(records()).resolves.toEqual(before);
  });

  it('is tried once more when the server refuses it and nobody else is at work', async () => {
    await begin(CLUSTER);
    at = ({ name, member }) => {
      if (name === 'create-interface' && member === 'node2') throw new Error('the driver fails');
    };
    let deletes = 0;
    const connect: World['connect'] = (endpoint) => {
      const server = real.connect(endpoint);
      const change: IncusServer['change'] = (method, ...all) =>
        method === 'DELETE' && ++deletes === 1 ? Promise.reject(new ServerError(500, 'database is locked')) : server.change(method, ...all);
      return { ...server, change };
    };

    const run = await create(['web', '--all-members'], { connect });

    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/delete failed: database is locked\n.*deleted network "web"/);
    await expect(records()).resolves.toEqual([]);
    await expect(journalFiles()).resolves.toEqual([]);
  });

  it('does not begin when another process has finished the transaction meanwhile', async () => {
    await begin(CLUSTER);
    at = ({ name, member }) => {
      if (name === 'create-interface' && member === 'node2') throw new Error('the driver fails');
    };
    const store = journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? '');
    const journal = { ...store, holds: () => Promise.resolve(false) };

    const run = await create(['web', '--all-members'], { journal });

    expect(run).toMatchObject({ status: 5, stderr: expect.stringContaining('another process has taken over') });
    await expect(records()).resolves.not.toEqual([]);
  });

  it('waits for a create of the same name that runs through another member', async () => {
    await begin(CLUSTER);
    at = ({ name, member }) => {
      if (name === 'create-interface' && member === 'node2') throw new Error('the driver fails');
    };
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      // Between our two looks the other create gets on, and is done.
      if (pauses === 1) target.sandbox.execute('UPDATE networks_nodes SET state = 1');
      if (pauses === 2) target.sandbox.execute('UPDATE networks SET state = 1');
    };

    const run = await create(['web', '--all-members'], { pause });

    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('the network is Created all the same, as asked for, by this create or by another one') });
    await expect(records()).resolves.toEqual([
      ['web', 1, 1, 1],
      ['web', 1, 2, 1],
    ]);
  });
});

it('recover beside a running create leaves it alone', async () => {
  await begin(ALONE);
  const seen: CliRun[] = [];
  at = async ({ name }) => {
    // The process of this create is the one of the tests, and that is alive.
    if (name === 'create-interface') seen.push(await runCli('incus-safenet', ['recover'], target.env));
  };

  await expect(create(['web'])).resolves.toMatchObject({ status: 0 });

  expect(seen).toMatchObject([{ status: 0, stdout: expect.stringContaining(`still running: process ${process.pid} on host "${os.hostname()}"`) }]);
});
