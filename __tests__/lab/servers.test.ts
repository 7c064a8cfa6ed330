/*
 * The facts on which the rest stands, on real servers, and that the lab itself leaves nothing behind.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import { keepersOf } from './namespaces.js';
import { startLab, sweep } from './servers.js';
import type { LabServer } from './servers.js';

const noOvs = /Failed to connect to OVS: .*\/run\/openvswitch\/db\.sock/;
const noAddresses = ['network=none', 'ipv4.address=none', 'ipv6.address=none'];

/** A lab for the tests of one `describe`. */
function lab(...shape: Parameters<typeof startLab>): { get: LabServer } {
  const running: { get: LabServer } = { get: undefined as unknown as LabServer };
  beforeAll(async () => {
    running.get = await startLab(...shape);
  }, 600_000);
  afterAll(async () => {
    await running.get?.stop();
  });
  return running;
}

describe('a standalone server without Open vSwitch', () => {
  const server = lab({ members: 1, ovs: 'none' });

  it('is not clustered, and has one member under its own name', async () => {
    const { body } = await server.get.request('GET', '/1.0');
    const { environment } = body.metadata as { environment: Record<string, unknown> };

    expect(server.get.members).toEqual(['node1']);
    expect(environment).toMatchObject({ server_clustered: false, server_name: 'node1' });
    expect((await server.get.request('GET', '/1.0/cluster/members')).body.error).toBe('Server is not clustered');
  });

  it('creates a bridge, whose interface is on the member only', async () => {
    const created = await server.get.incus(['network', 'create', 'br0']);

    expect(created).toEqual({ status: 0, signal: null, stdout: 'Network br0 created\n', stderr: '' } satisfies Run);
    expect(await server.get.interfaces('node1')).toContain('br0');
    await server.get.incus(['network', 'delete', 'br0']);
    expect(await server.get.interfaces('node1')).not.toContain('br0');
  });

  it('undoes an implicit ovn network by itself', async () => {
    await server.get.createProject('undone', true);

    const created = await server.get.incus(['network', 'create', 'zombie', '--project=undone']);

    expect(created.status).toBe(1);
    expect(created.stderr).toMatch(noOvs);
    expect(await server.get.select('SELECT name FROM networks')).toEqual([]);
  });

  it('logs the requests of its clients', async () => {
    await server.get.clearRequests();

    await server.get.incus(['network', 'show', 'lo', '--project=default']);

    expect(await server.get.requests()).toEqual(['GET /1.0', 'GET /1.0/networks/lo?project=default']);
  });

  it('lists an interface that Incus did not make, but cannot tell what it is without Open vSwitch', async () => {
    await server.get.addInterface('node1', 'foreign0');

    expect((await server.get.request('GET', '/1.0/networks')).body.metadata).toContain('/1.0/networks/foreign0');
    expect((await server.get.request('GET', '/1.0/networks?recursion=1')).body.metadata).toEqual([expect.objectContaining({ name: 'lo' })]);
    expect((await server.get.request('GET', '/1.0/networks/foreign0')).body).toMatchObject({ error_code: 404, error: expect.stringMatching(noOvs) });
    expect((await server.get.request('GET', '/1.0/networks/nothing0')).body).toMatchObject({ error_code: 404, error: 'Network not found' });

    await server.get.removeInterface('node1', 'foreign0');
    expect(await server.get.interfaces('node1')).toEqual(['lo']);
  });

  it('keeps what it knows when its daemon goes down and up again', async () => {
    await server.get.createProject('kept', false);

    await server.get.stopMember('node1');
    await expect(server.get.request('GET', '/1.0')).rejects.toThrow(/ECONNREFUSED|ENOENT/);
    await server.get.startMember('node1');

    expect((await server.get.request('GET', '/1.0/projects/kept')).status).toBe(200);
  });

  it('delivers signals to the program itself, not to what carries it into the namespaces', async () => {
    const script = 'process.on("SIGINT", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)';
    const child = server.get.spawn([process.execPath, '-e', script]);
    const exited = new Promise<unknown[]>((resolve) => child.once('exit', (...how) => resolve(how)));
    await new Promise((resolve) => child.stdout?.once('data', resolve));

    child.kill('SIGINT');

    expect(await exited).toEqual([7, null]);
  });

  it('reports the signal that ended a program', async () => {
    const child = server.get.spawn(['sleep', '60']);
    const exited = new Promise<unknown[]>((resolve) => child.once('exit', (...how) => resolve(how)));
    await eventually('sleep', () => server.get.pidInside(child));

    child.kill('SIGKILL');

    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  it('shows programs nothing of the host but its files', async () => {
    const { stdout } = await server.get.exec('node1', ['sh', '-c', 'hostname; echo $HOME; ls /run/openvswitch /run/ovn /run/incus; cat /proc/1/comm; env | grep -ci proxy']);

    expect(stdout).toBe(`node1\n${join(server.get.folder, 'home')}\nbash\n0\n`);
  });
});

describe('a cluster of two without Open vSwitch', () => {
  const cluster = lab({ members: 2, ovs: 'none' });

  it('keeps the record of an implicit ovn network that failed, hides it, and cannot delete it', async () => {
    await cluster.get.createProject('test', true);

    const created = await cluster.get.incus(['network', 'create', '--project=test', 'test']);

    expect(created.status).toBe(1);
    expect(created.stderr).toMatch(noOvs);
    expect(await cluster.get.select('SELECT name, type, state FROM networks')).toEqual([['test', 3, 0]]);
    expect(await cluster.get.select('SELECT COUNT(*) FROM networks_nodes')).toEqual([[2]]);

    expect((await cluster.get.request('GET', '/1.0/networks?project=test')).body.metadata).toEqual(['/1.0/networks/test']);
    expect((await cluster.get.request('GET', '/1.0/networks?project=test&recursion=1')).body.metadata).toEqual([]);

    // "no such file or directory" at the end of the chain of errors makes it a 404: not found, but there.
    expect((await cluster.get.request('GET', '/1.0/networks/test?project=test')).body).toMatchObject({ error_code: 404, error: expect.stringMatching(noOvs) });
    expect((await cluster.get.request('DELETE', '/1.0/networks/test?project=test')).body).toMatchObject({ error_code: 404, error: expect.stringMatching(noOvs) });
    expect((await cluster.get.incus(['project', 'delete', 'test'])).stderr).toMatch('Only empty projects can be removed');
  });

  it('removes the record by SQL, and its rows per member with it', async () => {
    await cluster.get.request('POST', '/internal/sql', { database: 'global', query: "DELETE FROM networks WHERE name='test' AND type=3" });

    expect(await cluster.get.select('SELECT COUNT(*) FROM networks_nodes')).toEqual([[0]]);
    expect((await cluster.get.incus(['project', 'delete', 'test'])).status).toBe(0);
  });

  it('writes nothing for a bridge in a project with networks of its own', async () => {
    await cluster.get.createProject('bridges', true);

    const created = await cluster.get.incus(['network', 'create', 'br0', '--project=bridges', '--type=bridge']);

    expect(created.stderr).toMatch('Network type does not support non-default projects');
    expect(await cluster.get.select('SELECT COUNT(*) FROM networks')).toEqual([[0]]);
  });

  it('logs what clients ask of any member, and not what the members ask each other', async () => {
    await cluster.get.clearRequests();

    await cluster.get.request('GET', '/1.0/networks/br-int?target=node2');
    await cluster.get.incus(['network', 'list'], { member: 'node2' });

    expect(await cluster.get.requests()).toEqual(['GET /1.0/networks/br-int?target=node2', 'GET /1.0', 'GET /1.0/networks?recursion=1']);
    expect(await cluster.get.log('node2')).toMatch(/protocol=cluster url="\/1\.0\/networks\/br-int\?target=node2"/);
  });

  it('answers over HTTPS inside the lab', async () => {
    const token = (await cluster.get.incus(['config', 'trust', 'add', 'tests', '-q'])).stdout.trim();
    const url = `https://${await cluster.get.address('node2')}`;
    await cluster.get.incus(['remote', 'add', 'far', url, '--accept-certificate', `--token=${token}`]);
    await cluster.get.clearRequests();

    const listed = await cluster.get.incus(['network', 'list', 'far:']);

    expect(listed.status).toBe(0);
    expect(await cluster.get.requests()).toContain('GET /1.0/networks?recursion=1');
  });

  it('fails a global create while a member is down', async () => {
    await cluster.get.incus(['network', 'create', 'br1', '--target=node1']);
    await cluster.get.incus(['network', 'create', 'br1', '--target=node2']);
    await cluster.get.stopMember('node2');

    const created = await cluster.get.incus(['network', 'create', 'br1']);

    expect(created.status).toBe(1);
    expect(created.stderr).toMatch(/failed to notify peer/i);
    await cluster.get.startMember('node2');
    expect((await cluster.get.incus(['network', 'delete', 'br1'])).status).toBe(0);
  });
});

describe('a cluster of three with Open vSwitch on node2 only', () => {
  const cluster = lab({ members: 3, ovs: ['none', 'bridge', 'none'] });

  it.each([
    ['node1', 404],
    ['node2', 200],
    ['node3', 404],
  ])('answers for br-int on %s: %d', async (member, status) => {
    const answer = await cluster.get.request('GET', `/1.0/networks/br-int?target=${member}`);

    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body.metadata).toMatchObject({ managed: false, type: 'bridge' });
  });

  it('tells what a foreign interface is where Open vSwitch runs', async () => {
    await cluster.get.addInterface('node2', 'foreign0');

    const answer = await cluster.get.request('GET', '/1.0/networks/foreign0?target=node2');

    expect(answer.body.metadata).toMatchObject({ managed: false, type: 'unknown' });
  });

  it('has the OVSDB socket on that member only, and reachable for the tests', async () => {
    const has = (member: string) => existsSync(join(cluster.get.runFolder(member), 'openvswitch', 'db.sock'));

    expect(cluster.get.members.filter(has)).toEqual(['node2']);
  });

  it('still ends in a hidden record, for want of the northbound database', async () => {
    await cluster.get.createProject('test', true);

    const created = await cluster.get.incus(['network', 'create', 'zombie', '--project=test'], { member: 'node2' });

    expect(created.stderr).toMatch(/Failed to connect to OVN: failed to connect to unix:\/run\/ovn\/ovnnb_db\.sock/);
    expect(await cluster.get.select('SELECT name, state FROM networks')).toEqual([['zombie', 0]]);
  });
});

describe.each([
  ['a standalone server', 1],
  ['a cluster of two', 2],
] as const)('%s with OVN', (_title, members) => {
  const server = lab({ members, ovs: 'ovn' });

  it('creates an ovn network without an uplink, without --type as well', async () => {
    await server.get.createProject('test', true);

    const created = await server.get.incus(['network', 'create', 'ovn3', '--project=test', ...noAddresses]);

    expect(created.stdout).toBe('Network ovn3 created\n');
    expect(await server.get.select('SELECT name, type, state FROM networks')).toEqual([['ovn3', 3, 1]]);
    expect((await server.get.request('GET', '/1.0/networks/ovn3?project=test')).body.metadata).toMatchObject({ type: 'ovn', status: 'Created' });
  });
});

describe('a cluster of two with Incus 7', () => {
  const cluster = lab({ members: 2, ovs: 'none' }, { version: '7.0' });

  it('refuses new projects with networks of their own', async () => {
    const created = await cluster.get.incus(['project', 'create', 'new', '-c', 'features.networks=true']);

    expect(created.status).toBe(1);
    expect(created.stderr).toMatch('OVN is required for projects with "features.networks" enabled');
  });

  it('still ends in a hidden record in a project carried over from Incus 6', async () => {
    await cluster.get.createProject('test', true);

    const created = await cluster.get.incus(['network', 'create', '--project=test', 'test']);

    expect(created.stderr).toMatch(noOvs);
    expect(await cluster.get.select('SELECT name, type, state FROM networks')).toEqual([['test', 3, 2]]);
    expect((await cluster.get.request('GET', '/1.0/networks?project=test')).body.metadata).toEqual(['/1.0/networks/test']);
    expect((await cluster.get.request('GET', '/1.0/networks?project=test&recursion=1')).body.metadata).toEqual([]);
  });
});

describe('a standalone server with Incus 7 and OVN', () => {
  const server = lab({ members: 1, ovs: 'ovn' }, { version: '7.0' });

  it('creates an ovn network without an uplink', async () => {
    await server.get.createProject('test', true);

    const created = await server.get.incus(['network', 'create', 'ovn3', '--project=test', ...noAddresses]);

    expect(created.stdout).toBe('Network ovn3 created\n');
    expect(await server.get.select('SELECT name, type, state FROM networks')).toEqual([['ovn3', 3, 1]]);
  });
});

describe('taking down', () => {
  it('leaves nothing of a lab that was stopped', async () => {
    const server = await startLab({ members: 2, ovs: ['bridge', 'none'] });
    expect(tracesOf(server.folder)).not.toEqual([]);

    await server.stop();

    expect(tracesOf(server.folder)).toEqual([]);
  });

  it('leaves nothing of a lab whose tests were killed', async () => {
    const { tests, folder } = await startElsewhere();
    expect(tracesOf(folder)).not.toEqual([]);

    tests.kill('SIGKILL');

    await eventually('the end of the lab', () => tracesOf(folder).length === 0);
  });

  it('sweeps a lab whose tests and whose keeper were killed', async () => {
    const { tests, folder } = await startElsewhere();

    for (const keeper of keepersOf(folder)) process.kill(keeper, 'SIGKILL');
    tests.kill('SIGKILL');

    // The kernel ends all processes with the keeper; the folder is for the next lab to remove.
    await eventually('the end of the tests', () => tests.signalCode);
    await eventually('the end of the processes', () => processesOf(folder).length === 0);
    expect(existsSync(folder)).toBe(true);
    await sweep();
    expect(tracesOf(folder)).toEqual([]);
  });

  it('does not touch the labs of others', async () => {
    const [one, other] = await Promise.all([startLab({ members: 1, ovs: 'none' }), startLab({ members: 2, ovs: 'none' })]);

    await one.stop();
    await sweep();

    expect((await other.incus(['cluster', 'list'])).status).toBe(0);
    await other.stop();
  });

  it('never shows on the network of the host', async () => {
    const before = Object.keys(networkInterfaces());
    const server = await startLab({ members: 3, ovs: 'none' });

    expect(Object.keys(networkInterfaces())).toEqual(before);
    await server.stop();
  });
});

/** A lab that belongs to another process. */
async function startElsewhere(): Promise<{ tests: ChildProcess; folder: string }> {
  const register = `import{register}from"node:module";register(${JSON.stringify(new URL('loader.mjs', import.meta.url).href)})`;
  const tests = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(register)}`, fileURLToPath(new URL('abandoned.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  const folder = await new Promise<string>((resolve, reject) => {
    tests.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    tests.once('exit', (status) => reject(new Error(`the other tests ended with ${status}`)));
  });
  return { tests, folder };
}

/** What there is of a lab: its folder, its processes, mounts of the host. */
function tracesOf(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter((line) => line.includes(folder));
  return [...(existsSync(folder) ? [folder] : []), ...processesOf(folder), ...mounts];
}

/** Every process of a lab has the folder on its command line or in its environment. */
function processesOf(folder: string): string[] {
  const names = (pid: string) => {
    try {
      return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder));
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && names(entry));
}
