import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from '../../lib/zod.js';
import { ServerError } from '../../lib/errors.js';
import type { JournalEntry, Owner } from '../../lib/journal/schema.js';
import { journalStore } from '../../lib/journal/store.js';
import { DoctorReport } from '../../lib/report/doctor-json.js';
import type { SandboxOptions, Shape, Step } from '../../lib/sandbox/shape.js';
import type { World } from '../../lib/world.js';
import { realWorld } from '../../lib/world.js';
import { eventually } from '../helpers/run.js';
import { startSandboxStage } from './sandbox-stage.js';

type Stage = Awaited<ReturnType<typeof startSandboxStage>>;

let stage: Stage;
afterEach(() => stage.target.stop());

async function begin(shape: Shape, options?: SandboxOptions): Promise<Stage> {
  stage = await startSandboxStage(shape, options);
  return stage;
}

async function findings(...argv: string[]): Promise<DoctorReport['findings']> {
  return DoctorReport.parse(JSON.parse((await stage.safenet(['doctor', '--format', 'json', ...argv])).stdout)).findings;
}

const { connect } = realWorld();
const lockRequests = (seen: string[]): number => seen.filter((one) => one.startsWith('POST /1.0/networks')).length;

/** Holds the server at a step of a create until `release` is called. */
function holding(step: Step['name']): SandboxOptions & { reached: Promise<void>; release(): void } {
  let release = (): void => undefined;
  let reach = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    reached,
    release: () => release(),
    beforeStep: async ({ name }) => {
      if (name !== step) return;
      reach();
      await held;
    },
  };
}

describe('doctor does not call a create broken that is under way', () => {
  it.each([
    [{ members: 1, ovs: 'none' }, 'create-interface'],
    [{ members: 2, ovs: 'none' }, 'mark-created'],
  ] as const)('on %j, held at %s', async (shape, step) => {
    const hold = holding(step);
    const { target, safenet } = await begin(shape, hold);
    for (const member of shape.members === 1 ? [] : target.members) await target.request('POST', `/1.0/networks?target=${member}`, { name: 'web' });
    const creating = target.request('POST', '/1.0/networks', { name: 'web' });
    await hold.reached;
    await target.clearRequests();

    const running = safenet(['doctor']);
    await eventually('the second look', async () => lockRequests(await target.requests()) > 0);
    hold.release();

    await expect(running).resolves.toMatchObject({ status: 0, stdout: 'Nothing found: 1 network in 1 project on remote "local".\n' });
    await expect(creating).resolves.toMatchObject({ status: 201 });
  });

  it('and repair does not touch it', async () => {
    const hold = holding('create-interface');
    const { target, safenet } = await begin({ members: 1, ovs: 'none' }, hold);
    const creating = target.request('POST', '/1.0/networks', { name: 'web' });
    await hold.reached;
    await target.clearRequests();

    const running = safenet(['repair', '--all', '--yes']);
    await eventually('the second look', async () => lockRequests(await target.requests()) > 0);
    hold.release();

    await expect(running).resolves.toMatchObject({ status: 0, stdout: 'No broken record found: nothing to repair.\n' });
    await creating;
    await expect(target.select('SELECT state FROM networks')).resolves.toEqual([[1]]);
  });
});

describe('doctor', () => {
  it('finds a record whose row is Created and whose member is Pending, and says so', async () => {
    const { target } = await begin({ members: 1, ovs: 'none' });
    await target.request('POST', '/1.0/networks', { name: 'web' });
    target.sandbox.execute('UPDATE networks_nodes SET state = 0');

    await expect(findings()).resolves.toMatchObject([
      { kind: 'half-created-record', network: 'web', status: 'Pending', evidence: expect.stringContaining('the database has it as Created: Pending on node1') },
    ]);
  });

  it('looks at one project with --project, and at default where that project has no networks of its own', async () => {
    const { target } = await begin({ members: 2, ovs: 'none' });
    await target.createProject('p', true);
    await target.createProject('shared', false);
    await target.request('POST', '/1.0/networks?project=p', { name: 'zombie' });
    await target.request('POST', '/1.0/networks?target=node1', { name: 'web' });
    const records = async (...argv: string[]) => (await findings(...argv)).filter(({ kind }) => kind.endsWith('-record')).map(({ network }) => network);

    await expect(records('--project', 'p')).resolves.toEqual(['zombie']);
    await expect(records('--project', 'shared')).resolves.toEqual(['web']);
    await expect(records()).resolves.toEqual(['zombie', 'web']);
  });

  it('fails with exit status 1 where there is no such project, and where a network is named', async () => {
    const { safenet } = await begin({ members: 1, ovs: 'none' });

    await expect(safenet(['doctor', '--project', 'nowhere'])).resolves.toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Project not found') });
    await expect(safenet(['doctor', 'web'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('names a network') });
    await expect(safenet(['doctor', '--format', 'xml'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('--format') });
  });

  it('reports a transaction of a process that is gone, and a torn journal file, but none that runs', async () => {
    const { target } = await begin({ members: 1, ovs: 'none' });
    const { body } = await target.request('GET', '/1.0');
    const { environment } = body.metadata as { environment: { certificate_fingerprint: string } };
    const state = target.env.INCUS_SAFENET_STATE_DIR ?? '';
    const store = journalStore(state);
    await store.begin(entry('gone', environment.certificate_fingerprint));
    await store.begin(entry('runs', environment.certificate_fingerprint));
    await store.begin(entry('elsewhere', 'another server'));
    await mkdir(join(state, 'journal'), { recursive: true });
    await writeFile(join(state, 'journal', 'torn.json'), '{"schema":');

    const isAlive = ({ pid }: Owner): Promise<boolean> => Promise.resolve(pid === pids.runs);
    const { status, stdout, stderr } = await stage.run(['doctor', '--format', 'json'], { world: { isAlive } });

    expect(status).toBe(2);
    expect(DoctorReport.parse(JSON.parse(stdout)).findings).toMatchObject([
      { kind: 'unfinished-transaction', severity: 'error', network: 'gone', fix: 'incus-safenet recover id-gone', evidence: expect.stringContaining('its answer was not seen') },
      { kind: 'unfinished-transaction', severity: 'warning', network: null, evidence: expect.stringContaining('torn.json') },
    ]);
    expect(stderr).toBe(`Not seen: network "runs" in project "default" is being created by process ${pids.runs}\n`);
  });

  it('says which projects it may see where that is not all of them', async () => {
    const { target, run } = await begin({ members: 2, ovs: 'none' });
    await target.createProject('mine', true);
    await target.createProject('theirs', true);
    for (const project of ['mine', 'theirs']) await target.request('POST', `/1.0/networks?project=${project}`, { name: 'zombie' });

    const { stdout, stderr } = await run(['doctor', '--format', 'json'], { world: { connect: restrictedTo('mine') } });

    const records = DoctorReport.parse(JSON.parse(stdout)).findings.filter(({ kind }) => kind === 'hidden-record');
    expect(records).toMatchObject([{ project: 'mine', fix: expect.stringContaining('on a cluster member, as a user who may use the unix socket') }]);
    expect(stderr).toContain('Not seen: this connection may see only project "mine"; other projects were not looked at\n');
    expect(stderr).toContain('Not seen: the database cannot be read over this connection');
  });

  it('asks a handful of requests, however many projects and networks there are', async () => {
    const { target, safenet } = await begin({ members: 1, ovs: 'none' });
    const numbers = 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300)';
    target.sandbox.execute(`INSERT INTO projects (id, name, description) ${numbers} SELECT 100 + i, 'p' || i, '' FROM c;
      INSERT INTO networks (id, project_id, name, description, state, type) ${numbers} SELECT 100 + i, 1, 'n' || i, '', 1, 0 FROM c;
      INSERT INTO networks_nodes (network_id, node_id, state) ${numbers} SELECT 100 + i, 1, 1 FROM c;`);

    await expect(safenet(['doctor'])).resolves.toMatchObject({ status: 0, stdout: 'Nothing found: 300 networks in 301 projects on remote "local".\n' });

    expect(target.sandbox.requests()).toHaveLength(5);
  });

  it('groups findings that have one cause, and ends with the command for all of them', async () => {
    const { target, safenet } = await begin({ members: 2, ovs: 'none' });
    for (const project of ['p', 'q']) {
      await target.createProject(project, true);
      await target.request('POST', `/1.0/networks?project=${project}`, { name: 'zombie' });
    }

    const { stdout } = await safenet(['doctor']);

    expect(stdout.match(/the server lists it and cannot load it/g)).toHaveLength(1);
    expect(stdout).toContain('    network "zombie" in project "p"   incus-safenet repair zombie --project p\n    network "zombie" in project "q"   incus-safenet repair zombie --project q\n');
    expect(stdout.indexOf('2 hidden records:')).toBe(0);
    expect(stdout).toMatch(/All records at once: incus-safenet repair --all\n$/);
  });

  it('shows what it is doing on a terminal, and takes the line away', async () => {
    const hold = holding('create-interface');
    const { target } = await begin({ members: 1, ovs: 'none' }, hold);
    const creating = target.request('POST', '/1.0/networks', { name: 'web' });
    await hold.reached;
    const shown: string[] = [];
    let isShown = false;
    const line = {
      set text(text: string) {
        shown.push(text);
      },
      stop: () => void (isShown = false),
    };
    const spinner = (text: string): Promise<typeof line> => {
      isShown = true;
      line.text = text;
      return Promise.resolve(line);
    };

    const running = stage.run(['doctor'], { world: { spinner, stderr: { isTTY: true, columns: 80, write: () => undefined } } });
    await eventually('the line', () => shown.length > 0);
    hold.release();
    await Promise.all([running, creating]);

    expect(shown[0]).toBe('looking twice at 1 record');
    expect(isShown).toBe(false);
  });

  it('stops at Ctrl-C with exit status 130', async () => {
    await begin({ members: 1, ovs: 'none' });

    const onInterrupt = (listener: () => void): (() => void) => {
      listener();
      return () => undefined;
    };

    const run = await stage.run(['doctor'], { world: { onInterrupt } });

    expect(run).toMatchObject({ status: 130, stdout: '' });
  });
});

/** A connection as a restricted certificate has it (seen on 6.0.4): no configuration, some projects, no database. */
function restrictedTo(project: string): World['connect'] {
  return (endpoint, onExchange) => {
    const server = connect(endpoint, onExchange);
    const refuse = (): Promise<never> => Promise.reject(new ServerError(403, 'not authorized'));
    return {
      ...server,
      ask: refuse,
      async get(path, schema, options) {
        const answer = await server.get(path, z.unknown(), options);
        if (path === '/1.0') return schema.parse({ ...(answer as object), config: {}, auth_user_method: 'tls' });
        if (path.startsWith('/1.0/projects?')) return schema.parse((answer as { name: string }[]).filter(({ name }) => name === project));
        return schema.parse(answer);
      },
    };
  };
}

const pids = { gone: 4_000_001, runs: 4_000_002, elsewhere: 4_000_003 };

function entry(network: keyof typeof pids, fingerprint: string): JournalEntry {
  const body = { config: {}, description: '', name: network, type: '' };
  return {
    schema: 'incus-safenet/journal/1',
    id: `id-${network}`,
    startedAt: '2026-01-01T00:00:00.000Z',
    owner: { host: 'here', pid: pids[network], started: '1', boot: 'b' },
    server: { remote: 'local', fingerprint, members: [] },
    project: 'default',
    network,
    type: 'bridge',
    before: { status: 'absent', locations: [], interfaces: [] },
    steps: [{ kind: 'create-network', status: 'doing', request: { method: 'POST', path: '/1.0/networks', body } }],
  };
}
