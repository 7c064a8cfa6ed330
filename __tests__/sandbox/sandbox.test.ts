import { afterEach, describe, expect, it } from '@jest/globals';
import type { SandboxOptions } from '../../lib/sandbox/shape.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import type { Shape } from '../helpers/target.js';

const running: SandboxTarget[] = [];
async function start(shape: Shape, options?: SandboxOptions): Promise<SandboxTarget> {
  const target = await startSandboxTarget(shape, options);
  running.push(target);
  return target;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((target) => target.stop()));
});

describe('sandbox', () => {
  it('starts a hundred times in little time', async () => {
    await start({ members: 2, ovs: 'none' });
    const begin = performance.now();

    for (let i = 0; i < 100; i++) await (await startSandboxTarget({ members: 2, ovs: 'none' })).stop();

    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('keeps one sandbox from seeing the records of another', async () => {
    const [one, other] = [await start({ members: 1, ovs: 'none' }), await start({ members: 1, ovs: 'none' })];

    await one.request('POST', '/1.0/networks', { name: 'br0' });

    expect(await one.select('SELECT name FROM networks')).toEqual([['br0']]);
    expect(await other.select('SELECT name FROM networks')).toEqual([]);
  });

  it('notes the requests that it gets, until told to forget them', async () => {
    const target = await start({ members: 1, ovs: 'none' });

    await target.request('GET', '/1.0/networks?project=default');
    expect(await target.requests()).toEqual(['GET /1.0/networks?project=default']);

    await target.clearRequests();
    expect(await target.requests()).toEqual([]);
  });

  it('answers again after its first member was stopped and started', async () => {
    const target = await start({ members: 2, ovs: 'none' });

    await target.stopMember('node1');
    await expect(target.request('GET', '/1.0')).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|ECONNREFUSED/),
    });

    await target.startMember('node1');
    expect(await target.request('GET', '/1.0')).toMatchObject({ status: 200 });
    expect(await target.requests()).toEqual(['GET /1.0']);
  });
});

describe('sandbox as 7.0.2', () => {
  it('describes the keys of networks, and 6.0.4 does not', async () => {
    const [newer, older] = [
      await start({ members: 1, ovs: 'none' }, { version: '7.0.2' }),
      await start({ members: 1, ovs: 'none' }),
    ];
    const configs = async (target: SandboxTarget) =>
      (await target.request('GET', '/1.0/metadata/configuration')).body.metadata;

    expect(await configs(newer)).toHaveProperty('configs.network_ovn');
    expect(JSON.stringify(await configs(newer))).toContain(
      '"bridge.external_interfaces":{"longdesc":"","scope":"local"',
    );
    expect(await configs(older)).not.toHaveProperty('configs.network_bridge');
  });

  it('refuses a new project that would need OVN', async () => {
    const target = await start({ members: 2, ovs: 'none' }, { version: '7.0.2' });

    await expect(target.createProject('test', true)).rejects.toThrow(
      'OVN is required for projects with "features.networks" enabled',
    );
  });

  it('leaves an Errored record when Open vSwitch has gone', async () => {
    const target = await start({ members: 2, ovs: 'ovn' }, { version: '7.0.2' });
    await target.createProject('test', true);
    target.sandbox.setOvs('node1', 'none');

    await target.request('POST', '/1.0/networks?project=test', { name: 'test' });

    expect(await target.select('SELECT state, type FROM networks')).toEqual([[2, 3]]);
  });
});

describe('a member that is stopped', () => {
  it('counts as Online until its heartbeat is old, and then keeps its peers from creating', async () => {
    const target = await start({ members: 2, ovs: 'none' }, { offlineAfterMs: 50 });
    for (const member of target.members)
      await target.request('POST', `/1.0/networks?target=${member}`, { name: 'br0' });
    await target.stopMember('node2');
    const standing = async () => (await target.request('GET', '/1.0/cluster/members?recursion=1')).body.metadata;
    expect(await standing()).toMatchObject([{ status: 'Online' }, { status: 'Online' }]);

    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(await standing()).toMatchObject([{ status: 'Online' }, { status: 'Offline' }]);
    expect(await target.request('POST', '/1.0/networks', { name: 'br0' })).toMatchObject({
      status: 500,
      body: { error: 'peer node 10.0.0.2:8443 is down' },
    });
    expect(target.sandbox.interfaces('node1')).not.toContain('br0');
  });
});

describe('the uplink of an ovn network', () => {
  it('is taken when it is the only one, and is then in use', async () => {
    const target = await start({ members: 1, ovs: 'ovn' });
    await target.createProject('test', true);
    const ranges = {
      'ipv4.address': '10.9.0.1/24',
      'ipv4.dhcp.ranges': '10.9.0.2-10.9.0.9',
      'ipv4.ovn.ranges': '10.9.0.20-10.9.0.30',
    };
    await target.request('POST', '/1.0/networks', { name: 'up', config: ranges });

    expect(await target.request('POST', '/1.0/networks?project=test', { name: 'web' })).toMatchObject({ status: 201 });

    expect((await target.request('GET', '/1.0/networks/web?project=test')).body.metadata).toMatchObject({
      status: 'Created',
      config: { network: 'up', 'volatile.network.ipv4.address': '10.9.0.20' },
    });
    expect((await target.request('GET', '/1.0/networks/up')).body.metadata).toMatchObject({
      used_by: ['/1.0/networks/web?project=test'],
    });
    expect(await target.request('DELETE', '/1.0/networks/up')).toMatchObject({
      status: 400,
      body: { error: 'The network is currently in use' },
    });
  });
});

describe('the database', () => {
  it('can be dumped and carries the schema of Incus', async () => {
    const target = await start({ members: 1, ovs: 'none' });

    const schema = await target.request('GET', '/internal/sql?database=global&schema=1');
    const everything = await target.request('GET', '/internal/sql?database=global');

    expect(schema.body.metadata).toMatchObject({
      text: expect.stringContaining('CREATE TABLE IF NOT EXISTS "networks_nodes"'),
    });
    expect(everything.body.metadata).toMatchObject({
      text: expect.stringContaining(`INSERT INTO projects VALUES(1,'default','Default Incus project');`),
    });
  });

  it('restores a record that was taken out row by row', async () => {
    const target = await start({ members: 2, ovs: 'none' });
    await target.createProject('test', true);
    await target.request('POST', '/1.0/networks?project=test', { name: 'test' });
    const rows = await target.select('SELECT id, project_id, name, description, state, type FROM networks');
    const sql = (query: string) => target.request('POST', '/internal/sql', { database: 'global', query });
    await sql('DELETE FROM networks');

    await sql(`INSERT INTO networks (id, project_id, name, description, state, type) VALUES (1, 2, 'test', '', 0, 3)`);

    expect(await target.select('SELECT id, project_id, name, description, state, type FROM networks')).toEqual(rows);
  });
});
