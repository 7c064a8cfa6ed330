import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer, Shape, Target } from '../helpers/target.js';

/*
 * What the other tests and the sandbox rest on: how an Incus server answers and what it leaves behind. Written once,
 * run against the sandbox and against real servers. Every fact arranges names of its own, so that a server can be
 * shared by the facts of one shape.
 */

const noOvs =
  /^Failed loading network: Failed to connect to OVN: Failed to connect to OVS: .*dial unix \/run\/openvswitch\/db\.sock: connect: no such file or directory$/;
const noNorthbound =
  /^Failed loading network: Failed to connect to OVN: failed to connect to unix:\/run\/ovn\/ovnnb_db\.sock: /;
const noAddresses = { 'ipv4.address': 'none', 'ipv6.address': 'none' };

export function describeServerFacts(name: string, start: (shape: Shape) => Promise<Target>): void {
  const on = (title: string, shape: Shape, facts: (server: () => Target) => void) =>
    describe(`${name}: ${title}`, () => {
      let target: Target | undefined;
      const server = () => {
        if (target == null) throw new Error('the server did not start');
        return target;
      };
      beforeAll(async () => {
        target = await start(shape);
      }, 60_000);
      afterAll(() => target?.stop(), 60_000);
      facts(server);
    });

  on('two members without Open vSwitch', { members: 2, ovs: 'none' }, accident);
  on('bridges on two members', { members: 2, ovs: 'none' }, clusterBridges);
  on('three members, one of them down', { members: 3, ovs: 'none' }, memberDown);
  on('Open vSwitch without OVN on one member', { members: 2, ovs: ['bridge', 'none'] }, ovsOnOneMember);
  on('OVN on one member only', { members: 2, ovs: ['ovn', 'none'] }, ovnOnOneMember);
  on('a standalone server', { members: 1, ovs: 'none' }, standalone);
  on('a standalone server with OVN', { members: 1, ovs: 'ovn' }, standaloneOvn);
}

function accident(server: () => Target): void {
  beforeAll(async () => {
    await server().createProject('zombie', true);
    await create(server(), { name: 'hidden' }, 'zombie');
  });

  it('a create without a type in a project with networks of its own becomes ovn, and fails after its rows are written', async () => {
    await server().createProject('accident', true);

    const answer = await create(server(), { name: 'test' }, 'accident');

    // 404 is what the server makes of a missing socket: the status alone does not say that the network is absent.
    expect(answer).toMatchObject({
      status: 404,
      body: { type: 'error', error_code: 404, error: expect.stringMatching(noOvs) },
    });
    expect(await records(server(), 'accident')).toEqual([
      ['test', 0, 3, 'node1', 0],
      ['test', 0, 3, 'node2', 0],
    ]);
    await forget(server(), 'accident', 'test');
  });

  it('the record that is left is listed without recursion and missing with it', async () => {
    expect((await get(server(), '/1.0/networks?project=zombie')).body.metadata).toEqual(['/1.0/networks/hidden']);
    expect((await get(server(), '/1.0/networks?project=zombie&recursion=1')).body.metadata).toEqual([]);
    expect((await get(server(), '/1.0/networks?all-projects=true')).body.metadata).toContain('/1.0/networks/hidden');
    expect(await namesIn(server(), '/1.0/networks?all-projects=true&recursion=1')).not.toContain('hidden');
  });

  it.each(['GET', 'DELETE'])('%s of it gives the error of its create', async (method) => {
    expect(await server().request(method, '/1.0/networks/hidden?project=zombie')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(noOvs) },
    });
  });

  it('it keeps its project from being deleted, and used_by names it', async () => {
    expect((await get(server(), '/1.0/projects/zombie')).body.metadata).toMatchObject({
      used_by: ['/1.0/networks/hidden?project=zombie'],
    });
    expect(await server().request('DELETE', '/1.0/projects/zombie')).toMatchObject({
      status: 500,
      body: { error: 'Only empty projects can be removed.' },
    });
  });

  it('a second try gives the same error and leaves the rows', async () => {
    const before = await records(server(), 'zombie');

    expect(await create(server(), { name: 'hidden' }, 'zombie')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(noOvs) },
    });

    expect(await records(server(), 'zombie')).toEqual(before);
  });

  it('an explicit bridge in such a project is refused before anything is written', async () => {
    await server().createProject('refusing', true);

    const answer = await create(server(), { name: 'br9', type: 'bridge' }, 'refusing');

    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'Network type does not support non-default projects' },
    });
    expect(await records(server(), 'refusing')).toEqual([]);
    expect(await server().request('DELETE', '/1.0/projects/refusing')).toMatchObject({ status: 200 });
  });

  it('an explicit ovn in the default project is the same accident', async () => {
    expect(await create(server(), { name: 'ovn9', type: 'ovn' })).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(noOvs) },
    });
    expect(await records(server(), 'default', 'ovn9')).toHaveLength(2);
    await forget(server(), 'default', 'ovn9');
  });

  it('ovn knows no definition for one member', async () => {
    expect(await create(server(), { name: 'ovn8' }, 'zombie', 'node1')).toMatchObject({
      status: 400,
      body: { error: 'Network type "ovn" does not support member specific config' },
    });
  });

  it('one guarded DELETE takes a record away with everything that hangs on it', async () => {
    await server().createProject('freed', true);
    await create(server(), { name: 'gone' }, 'freed');
    const id = await networkId(server(), 'freed', 'gone');

    const guard = `NOT EXISTS (SELECT 1 FROM networks_nodes WHERE network_id=${id} AND state=1)`;
    const answer = await sql(server(), `DELETE FROM networks WHERE id=${id} AND name='gone' AND type=3 AND ${guard}`);

    expect(answer.body.metadata).toEqual({ Results: [{ type: 'exec', columns: null, rows: null, rows_affected: 1 }] });
    expect(await server().select(`SELECT id FROM networks_nodes WHERE network_id=${id}`)).toEqual([]);
    expect(await server().request('DELETE', '/1.0/projects/freed')).toMatchObject({ status: 200 });
  });

  it('a guard that does not hold deletes nothing', async () => {
    const id = await networkId(server(), 'zombie', 'hidden');

    const answer = await sql(server(), `DELETE FROM networks WHERE id=${id} AND name='other'`);

    expect(answer.body.metadata).toMatchObject({ Results: [{ rows_affected: 0 }] });
    expect(await records(server(), 'zombie')).toHaveLength(2);
  });

  it('SQL is cut at every semicolon, a quoted one too, and each piece is a transaction of its own', async () => {
    const answer = await sql(
      server(),
      `UPDATE networks SET description='kept' WHERE name='hidden'; UPDATE networks SET description='a;b' WHERE name='hidden'`,
    );

    expect(answer).toMatchObject({ status: 500, body: { error: expect.stringContaining('Failed to exec query: ') } });
    expect(await server().select(`SELECT description FROM networks WHERE name='hidden'`)).toEqual([['kept']]);
  });

  it('a name is taken once per project', async () => {
    const id = await networkId(server(), 'zombie', 'hidden');

    const answer = await sql(
      server(),
      `INSERT INTO networks (project_id, name, description) SELECT project_id, name, '' FROM networks WHERE id=${id}`,
    );

    expect(answer).toMatchObject({
      status: 500,
      body: { error: expect.stringContaining('UNIQUE constraint failed: networks.project_id, networks.name') },
    });
  });

  it('br-int is absent on every member, and members are listed as Online', async () => {
    for (const member of server().members) {
      expect(await get(server(), `/1.0/networks/br-int?target=${member}`)).toMatchObject({
        status: 404,
        body: { error: 'Network not found' },
      });
    }
    expect((await get(server(), '/1.0/cluster/members?recursion=1')).body.metadata).toMatchObject([
      { server_name: 'node1', status: 'Online' },
      { server_name: 'node2', status: 'Online' },
    ]);
    expect((await get(server(), '/1.0')).body.metadata).toMatchObject({
      auth: 'trusted',
      environment: { server: 'incus', server_clustered: true, server_name: 'node1' },
    });
  });

  it('an interface that nobody manages makes the server look for Open vSwitch', async () => {
    await server().addInterface('node2', 'dummy9');

    expect(await get(server(), '/1.0/networks/dummy9?target=node2')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(/^Failed to connect to OVS: /) },
    });
    expect(await get(server(), '/1.0/networks/dummy9')).toMatchObject({
      status: 404,
      body: { error: 'Network not found' },
    });
  });

  it('an unknown member or project is an error of its own', async () => {
    expect(await get(server(), '/1.0/networks/br-int?target=nobody')).toMatchObject({
      status: 404,
      body: { error: 'Cluster member not found' },
    });
    expect(await get(server(), '/1.0/networks?project=nowhere')).toMatchObject({
      status: 404,
      body: { error: 'Failed to load project "nowhere": Project not found' },
    });
    expect(await create(server(), { name: 'br9' }, 'nowhere')).toMatchObject({
      status: 404,
      body: { error: 'Failed to load project "nowhere": Project not found' },
    });
  });
}

function clusterBridges(server: () => Target): void {
  const define = (network: string, ...members: string[]) =>
    Promise.all(members.map((member) => create(server(), { name: network }, 'default', member)));

  it('a bridge is created from definitions on every member, its addresses filled in', async () => {
    expect(await define('br0', 'node1', 'node2')).toMatchObject([{ status: 201 }, { status: 201 }]);
    expect(await get(server(), '/1.0/networks/br0')).toMatchObject({
      status: 200,
      body: { metadata: { status: 'Pending', type: 'bridge', config: {} } },
    });

    expect(await create(server(), { name: 'br0', config: { 'ipv6.address': 'none' } })).toMatchObject({ status: 201 });

    const { metadata } = (await get(server(), '/1.0/networks/br0')).body;
    expect(metadata).toMatchObject({
      status: 'Created',
      managed: true,
      config: {
        'ipv4.address': expect.stringMatching(/^10\.\d+\.\d+\.1\/24$/),
        'ipv4.nat': 'true',
        'ipv6.address': 'none',
      },
      locations: expect.arrayContaining(['node1', 'node2']),
    });
    for (const member of server().members) expect(await server().interfaces(member)).toContain('br0');
  });

  it('what is there already is refused, each way in its own words', async () => {
    expect(await create(server(), { name: 'br0' })).toMatchObject({
      status: 500,
      body: { error: 'The network is already created' },
    });
    expect(await create(server(), { name: 'br0' }, 'default', 'node1')).toMatchObject({
      status: 500,
      body: { error: 'Network is not in pending state' },
    });

    await define('twice', 'node1');
    expect(await create(server(), { name: 'twice' }, 'default', 'node1')).toMatchObject({
      status: 409,
      body: { error: 'Network "twice" is already defined on member "node1"' },
    });
    expect(await create(server(), { name: 'twice', type: 'macvlan' }, 'default', 'node2')).toMatchObject({
      status: 500,
      body: { error: `Requested network type doesn't match type in existing database record` },
    });
    await remove(server(), 'twice');
  });

  it('a project without networks of its own gets them from default', async () => {
    await server().createProject('guest', false);

    expect(await get(server(), '/1.0/networks/br0?project=guest')).toMatchObject({
      status: 200,
      body: { metadata: { project: 'default' } },
    });
    expect(await create(server(), { name: 'br0' }, 'guest')).toMatchObject({
      status: 500,
      body: { error: 'The network is already created' },
    });
  });

  it('a create without definitions, or with some missing, writes nothing', async () => {
    expect(await create(server(), { name: 'early' })).toMatchObject({
      status: 500,
      body: { error: 'Network not pending on any node (use --target <node> first)' },
    });

    await define('early', 'node1');
    expect(await create(server(), { name: 'early' })).toMatchObject({
      status: 500,
      body: { error: 'Network not defined on nodes: node2' },
    });

    expect(await records(server(), 'default', 'early')).toEqual([['early', 0, 0, 'node1', 0]]);
    expect(await remove(server(), 'early')).toMatchObject({ status: 200 });
  });

  it('keys belong either to a member or to all', async () => {
    expect(
      await create(server(), { name: 'keys', config: { 'ipv4.address': 'none' } }, 'default', 'node1'),
    ).toMatchObject({
      status: 400,
      body: { error: 'Config key "ipv4.address" may not be used as member-specific key' },
    });
    expect(await create(server(), { name: 'keys', config: { parent: 'eth9' } })).toMatchObject({
      status: 500,
      body: { error: 'Config key "parent" is cluster member specific' },
    });
    expect(await create(server(), { name: 'keys' }, 'default', 'nobody')).toMatchObject({
      status: 404,
      body: { error: 'Cluster member not found' },
    });
    expect(await records(server(), 'default', 'keys')).toEqual([]);
  });

  it('an interface of that name on one member leaves an Errored record and a live bridge on the other', async () => {
    await server().addInterface('node2', 'half');
    await define('half', 'node1', 'node2');

    expect(await create(server(), { name: 'half', config: noAddresses })).toMatchObject({
      status: 500,
      body: { error: expect.stringMatching(/^failed to notify peer .*: Network interface "half" already exists$/) },
    });

    expect(await records(server(), 'default', 'half')).toEqual([
      ['half', 2, 0, 'node1', 1],
      ['half', 2, 0, 'node2', 0],
    ]);
    expect(await server().interfaces('node1')).toContain('half');
    expect((await get(server(), '/1.0/networks/half')).body.metadata).toMatchObject({ status: 'Errored' });
    expect((await get(server(), '/1.0/networks/half?target=node2')).body.metadata).toMatchObject({ status: 'Pending' });
  });

  it('it can be tried again, but only without configuration', async () => {
    expect(await create(server(), { name: 'half', config: noAddresses })).toMatchObject({
      status: 500,
      body: {
        error: 'Network already partially created. Please do not specify any global config when re-running create',
      },
    });
    expect(await create(server(), { name: 'half' })).toMatchObject({
      status: 500,
      body: { error: expect.stringContaining('Network interface "half" already exists') },
    });
  });

  it('DELETE undoes it and leaves the interface of the other member alone', async () => {
    expect(await remove(server(), 'half')).toMatchObject({ status: 200 });

    expect(await records(server(), 'default', 'half')).toEqual([]);
    expect(await server().interfaces('node1')).not.toContain('half');
    expect(await server().interfaces('node2')).toContain('half');
  });

  it('DELETE of a network that is not defined on a member removes an interface of that name there, whoever made it', async () => {
    await server().addInterface('node1', 'foreign');
    await define('foreign', 'node2');

    expect(await remove(server(), 'foreign')).toMatchObject({ status: 200 });

    expect(await server().interfaces('node1')).not.toContain('foreign');
  });

  it('after the interface is gone a try without configuration succeeds', async () => {
    await server().addInterface('node2', 'again');
    await define('again', 'node1', 'node2');
    await create(server(), { name: 'again', config: noAddresses });
    await server().removeInterface('node2', 'again');

    expect(await create(server(), { name: 'again' })).toMatchObject({ status: 201 });

    expect((await get(server(), '/1.0/networks/again')).body.metadata).toMatchObject({
      status: 'Created',
      config: noAddresses,
    });
  });

  it.each([
    [
      'a bad value',
      { 'ipv4.address': 'nonsense' },
      'Invalid value for network "late" option "ipv4.address": invalid CIDR address: nonsense',
    ],
    ['an unknown key', { ...noAddresses, nonsense: '1' }, 'Invalid option for network "late" option "nonsense"'],
  ])('%s is found after the rows are written', async (_, config, error) => {
    await define('late', 'node1', 'node2');

    expect(await create(server(), { name: 'late', config })).toMatchObject({ status: 500, body: { error } });

    expect(await records(server(), 'default', 'late')).toEqual([
      ['late', 2, 0, 'node1', 0],
      ['late', 2, 0, 'node2', 0],
    ]);
    expect(await server().interfaces('node1')).not.toContain('late');
    expect(await remove(server(), 'late')).toMatchObject({ status: 200 });
  });
}

function memberDown(server: () => Target): void {
  beforeAll(async () => {
    for (const member of server().members) await create(server(), { name: 'br0' }, 'default', member);
    await server().stopMember('node3');
  });

  it('a create fails and leaves the other members live', async () => {
    expect(await create(server(), { name: 'br0', config: noAddresses })).toMatchObject({
      status: 500,
      body: { error: expect.stringMatching(/^failed to notify peer .*connection refused/) },
    });

    expect(await records(server(), 'default', 'br0')).toEqual([
      ['br0', 2, 0, 'node1', 1],
      ['br0', 2, 0, 'node2', 1],
      ['br0', 2, 0, 'node3', 0],
    ]);
    expect(await server().interfaces('node2')).toContain('br0');
  });

  it('DELETE fails in the same way, and the record stays', async () => {
    expect(await remove(server(), 'br0')).toMatchObject({
      status: 500,
      body: { error: expect.stringMatching(/^failed to notify peer .*connection refused/) },
    });

    expect(await records(server(), 'default', 'br0')).toHaveLength(3);
  });

  it('a definition for the member that is down is taken', async () => {
    expect(await create(server(), { name: 'br1' }, 'default', 'node3')).toMatchObject({ status: 201 });
  });

  it('it cannot be asked, while it still counts as Online', async () => {
    const [answer, members] = await Promise.all([
      get(server(), '/1.0/networks/br-int?target=node3'),
      get(server(), '/1.0/cluster/members?recursion=1'),
    ]);

    expect(answer).toMatchObject({
      status: 500,
      body: { error: 'Missing event connection with target cluster member' },
    });
    expect(members.body.metadata).toContainEqual(expect.objectContaining({ server_name: 'node3', status: 'Online' }));
  });

  it('after its return DELETE finishes the work', async () => {
    await server().startMember('node3');

    expect(await remove(server(), 'br0')).toMatchObject({ status: 200 });

    expect(await records(server(), 'default', 'br0')).toEqual([]);
    for (const member of server().members) expect(await server().interfaces(member)).not.toContain('br0');
  });
}

function ovsOnOneMember(server: () => Target): void {
  it('br-int tells the members apart', async () => {
    expect(await get(server(), '/1.0/networks/br-int?target=node1')).toMatchObject({
      status: 200,
      body: { metadata: { managed: false, type: 'bridge', status: '', locations: null } },
    });
    expect(await get(server(), '/1.0/networks/br-int?target=node2')).toMatchObject({ status: 404 });
  });

  it('an interface that is no bridge is unknown', async () => {
    await server().addInterface('node1', 'dummy9');

    expect(await get(server(), '/1.0/networks/dummy9?target=node1')).toMatchObject({
      status: 200,
      body: { metadata: { managed: false, type: 'unknown' } },
    });
  });

  it('without a northbound database it is the same accident in other words', async () => {
    await server().createProject('north', true);

    expect(await create(server(), { name: 'test' }, 'north')).toMatchObject({
      body: { type: 'error', error: expect.stringMatching(noNorthbound) },
    });

    expect(await records(server(), 'north')).toEqual([
      ['test', 0, 3, 'node1', 0],
      ['test', 0, 3, 'node2', 0],
    ]);
    expect((await get(server(), '/1.0/networks?project=north')).body.metadata).toEqual(['/1.0/networks/test']);
    expect((await get(server(), '/1.0/networks?project=north&recursion=1')).body.metadata).toEqual([]);
    expect(await server().request('DELETE', '/1.0/networks/test?project=north')).toMatchObject({
      body: { type: 'error', error: expect.stringMatching(noNorthbound) },
    });
  });
}

function ovnOnOneMember(server: () => Target): void {
  it('a network that one member cannot load is left Errored, live on the other, and cannot be deleted', async () => {
    await server().createProject('mixed', true);

    const failed = await create(server(), { name: 'test', config: { network: 'none', ...noAddresses } }, 'mixed');

    expect(failed.body.error).toMatch(/^failed to notify peer .*: Failed loading network: Failed to connect to OVN: /);
    expect(await records(server(), 'mixed')).toEqual([
      ['test', 2, 3, 'node1', 1],
      ['test', 2, 3, 'node2', 0],
    ]);
    expect((await get(server(), '/1.0/networks?project=mixed&recursion=1')).body.metadata).toMatchObject([
      { name: 'test', status: 'Errored' },
    ]);
    expect((await server().request('DELETE', '/1.0/networks/test?project=mixed')).body.error).toMatch(
      /^failed to notify peer /,
    );
  });

  it('it cannot be tried again', async () => {
    expect(await create(server(), { name: 'test' }, 'mixed')).toMatchObject({
      status: 500,
      body: { error: 'Failed creating pending network for member "node1": Network is not in pending state' },
    });
  });
}

function standalone(server: () => Target): void {
  it('is not a cluster', async () => {
    expect(await get(server(), '/1.0/cluster/members?recursion=1')).toMatchObject({
      status: 500,
      body: { error: 'Server is not clustered' },
    });
    expect((await get(server(), '/1.0')).body.metadata).toMatchObject({
      environment: { server_clustered: false, server_name: server().members[0] },
    });
  });

  it('undoes the create that has no Open vSwitch', async () => {
    await server().createProject('undone', true);

    expect(await create(server(), { name: 'test' }, 'undone')).toMatchObject({
      status: 404,
      body: { error: expect.stringMatching(noOvs) },
    });

    expect(await records(server(), 'undone')).toEqual([]);
    expect(await server().request('DELETE', '/1.0/projects/undone')).toMatchObject({ status: 200 });
  });

  it('creates a bridge at once, and says where', async () => {
    expect(
      await create(server(), {
        name: 'br0',
        description: 'mine',
        config: { 'ipv6.address': 'none', 'user.note': 'x' },
      }),
    ).toMatchObject({ status: 201, body: { status_code: 200, metadata: null } });

    expect((await get(server(), '/1.0/networks/br0')).body.metadata).toMatchObject({
      description: 'mine',
      status: 'Created',
      locations: ['none'],
      project: 'default',
      config: { 'ipv4.nat': 'true', 'user.note': 'x' },
    });
    expect(await records(server(), 'default', 'br0')).toEqual([['br0', 1, 0, 'none', 1]]);
    expect(await create(server(), { name: 'br0' })).toMatchObject({
      status: 409,
      body: { error: 'Network "br0" already exists' },
    });
  });

  it.each([
    [
      'a bad value',
      { 'ipv4.nat': 'perhaps' },
      'Invalid value for network "bad" option "ipv4.nat": Invalid value for a boolean "perhaps"',
    ],
    ['an unknown key', { nonsense: '1' }, 'Invalid option for network "bad" option "nonsense"'],
  ])('undoes a create with %s', async (_, config, error) => {
    expect(await create(server(), { name: 'bad', config })).toMatchObject({ status: 500, body: { error } });
    expect(await records(server(), 'default', 'bad')).toEqual([]);
  });

  it('leaves an interface alone that is there already', async () => {
    await server().addInterface(server().members[0] ?? '', 'mine');

    expect(await create(server(), { name: 'mine' })).toMatchObject({
      status: 500,
      body: { error: 'Network interface "mine" already exists' },
    });

    expect(await records(server(), 'default', 'mine')).toEqual([]);
    expect(await server().interfaces(server().members[0] ?? '')).toContain('mine');
  });

  it.each([
    ['a', 'Network interface is too short (minimum 2 characters)'],
    ['a234567890123456', 'Network interface is too long (maximum 15 characters)'],
    ['a b', 'Network interface contains invalid characters'],
    ['none', `Network name 'none' is not valid`],
    ['', 'No name provided'],
  ])('refuses the name "%s"', async (name, error) => {
    expect(await create(server(), { name })).toMatchObject({ status: 400, body: { error } });
  });

  it('refuses a type that it does not know, and a parent that is not there', async () => {
    expect(await create(server(), { name: 'br9', type: 'token-ring' })).toMatchObject({
      status: 400,
      body: { error: 'Unknown driver' },
    });
    expect(await create(server(), { name: 'mv9', type: 'macvlan' })).toMatchObject({
      status: 500,
      body: { error: 'Invalid value for network "mv9" option "parent": Required value' },
    });
    expect(await create(server(), { name: 'mv9', type: 'macvlan', config: { parent: 'eth9' } })).toMatchObject({
      status: 500,
      body: { error: 'Parent interface "eth9" not found' },
    });
    expect(await records(server(), 'default', 'mv9')).toEqual([]);
  });

  it('knows its one member as "none", for definitions too', async () => {
    expect(await create(server(), { name: 'br5' }, 'default', 'none')).toMatchObject({ status: 201 });
    expect((await get(server(), '/1.0/networks/br5')).body.metadata).toMatchObject({ status: 'Pending' });

    expect(await create(server(), { name: 'br5', config: noAddresses })).toMatchObject({ status: 201 });
    expect((await get(server(), '/1.0/networks/br5')).body.metadata).toMatchObject({ status: 'Created' });
  });

  it('lists interfaces that it does not manage, in the default project only', async () => {
    await server().createProject('walled', true);

    expect((await get(server(), '/1.0/networks/lo')).body.metadata).toMatchObject({
      managed: false,
      type: 'loopback',
      status: '',
    });
    expect((await get(server(), '/1.0/networks')).body.metadata).toContain('/1.0/networks/lo');
    expect(await get(server(), '/1.0/networks/lo?project=walled')).toMatchObject({
      status: 404,
      body: { error: 'Network not found' },
    });
    expect((await get(server(), '/1.0/networks?project=walled')).body.metadata).toEqual([]);
  });

  it('names in the list are not escaped', async () => {
    await create(server(), { name: 'ä b%', type: 'macvlan', config: { parent: 'lo' } });

    expect((await get(server(), '/1.0/networks')).body.metadata).toContain('/1.0/networks/ä b%');
    expect(await get(server(), `/1.0/networks/${encodeURIComponent('ä b%')}`)).toMatchObject({
      status: 200,
      body: { metadata: { name: 'ä b%' } },
    });
    expect(await remove(server(), encodeURIComponent('ä b%'))).toMatchObject({ status: 200 });
  });

  it('a network that a profile names is in use', async () => {
    await create(server(), { name: 'used', config: noAddresses });
    await sql(server(), `INSERT INTO profiles_devices (profile_id, name, type) VALUES (1, 'used0', 1)`);
    await sql(
      server(),
      `INSERT INTO profiles_devices_config (profile_device_id, key, value) SELECT id, 'network', 'used' FROM profiles_devices WHERE name='used0'`,
    );

    expect(await remove(server(), 'used')).toMatchObject({
      status: 400,
      body: { error: 'The network is currently in use' },
    });
    expect((await get(server(), '/1.0/networks/used')).body.metadata).toMatchObject({
      used_by: ['/1.0/profiles/default'],
    });
  });

  it('a restricted project sees the networks that it may use, and no other', async () => {
    await create(server(), { name: 'open', config: noAddresses });
    await server().createProject('lean', false, {
      'features.profiles': 'true',
      restricted: 'true',
      'restricted.networks.access': 'open',
    });

    expect((await get(server(), '/1.0/networks?project=lean')).body.metadata).toEqual(['/1.0/networks/open']);
    expect(await get(server(), '/1.0/networks/lo?project=lean')).toMatchObject({ status: 404 });
    expect(await create(server(), { name: 'other' }, 'lean')).toMatchObject({
      status: 403,
      body: { error: 'Network not allowed in project' },
    });
  });

  it('SQL that answers with rows must begin with SELECT', async () => {
    expect(await sql(server(), 'WITH one AS (SELECT 1) SELECT * FROM one')).toMatchObject({
      status: 500,
      body: { error: 'Failed to exec query: rows yielded when none expected for EXEC request' },
    });
    expect((await sql(server(), `SELECT 1 WHERE 0; SELECT 1.5, NULL, 'x'`)).body.metadata).toMatchObject({
      Results: [
        { type: 'select', rows: null },
        { type: 'select', rows: [[1.5, null, 'x']] },
      ],
    });
  });

  it.each([
    [
      'a number for a name',
      { name: 5 },
      'json: cannot unmarshal number into Go struct field NetworksPost.name of type string',
    ],
    [
      'a number for a value',
      { name: 'br9', config: { 'ipv4.nat': 5 } },
      'json: cannot unmarshal number into Go struct field NetworksPost.config of type string',
    ],
    ['a list', [], 'json: cannot unmarshal array into Go value of type api.NetworksPost'],
  ])('refuses %s', async (_, body, error) => {
    expect(await server().request('POST', '/1.0/networks', body)).toMatchObject({ status: 400, body: { error } });
  });

  it('a limit of networks, and a restricted project, are refused before anything is written', async () => {
    await server().createProject('limited', true, { 'limits.networks': '0' });
    await server().createProject('fenced', true, {
      'features.profiles': 'true',
      restricted: 'true',
      'restricted.networks.access': 'other',
    });

    expect(await create(server(), { name: 'test' }, 'limited')).toMatchObject({
      status: 400,
      body: { error: 'Networks limit has been reached for project' },
    });
    expect(await create(server(), { name: 'test' }, 'fenced')).toMatchObject({
      status: 403,
      body: { error: 'Network not allowed in project' },
    });
  });

  it.each(['ä&b', '100%', 'a+b', 'a?b#c'])('takes the project name "%s" in encoded form', async (project) => {
    await server().createProject(project, false);

    const encoded = encodeURIComponent(project);
    expect(await get(server(), `/1.0/projects/${encoded}`)).toMatchObject({
      status: 200,
      body: { metadata: { name: project } },
    });
    expect(await get(server(), `/1.0/networks?project=${encoded}`)).toMatchObject({ status: 200 });
    expect(await server().request('DELETE', `/1.0/projects/${encoded}`)).toMatchObject({ status: 200 });
  });

  it.each([
    ['a b', 'spaces'],
    ['a/b', 'slashes'],
    ['a_b', 'underscores'],
    [`a'b`, 'quotes'],
  ])('refuses the project name "%s"', async (project, what) => {
    expect(await server().request('POST', '/1.0/projects', { name: project })).toMatchObject({
      status: 400,
      body: { error: `Project names may not contain ${what}` },
    });
  });
}

function standaloneOvn(server: () => Target): void {
  beforeAll(() => server().createProject('test', true));

  it('a create without an uplink network to choose is undone', async () => {
    expect(await create(server(), { name: 'ovn1' }, 'test')).toMatchObject({
      status: 500,
      body: { error: 'No allowed uplink networks in project' },
    });
    expect(await records(server(), 'test')).toEqual([]);
  });

  it('network=none is created', async () => {
    expect(await create(server(), { name: 'ovn2', config: { network: 'none', ...noAddresses } }, 'test')).toMatchObject(
      { status: 201 },
    );
    expect(await get(server(), '/1.0/networks/ovn2?project=test')).toMatchObject({
      status: 200,
      body: { metadata: { type: 'ovn', status: 'Created', config: { network: 'none' }, project: 'test' } },
    });
  });

  it('an uplink network that is not there is refused', async () => {
    expect(await create(server(), { name: 'ovn3', config: { network: 'nowhere' } }, 'test')).toMatchObject({
      status: 500,
      body: { error: 'Option "network" value "nowhere" is not one of the allowed uplink networks in project' },
    });
  });

  it('the only candidate is taken in silence, and must have ranges for OVN', async () => {
    await create(server(), { name: 'up1', config: { 'ipv6.address': 'none' } });

    expect(await create(server(), { name: 'ovn4' }, 'test')).toMatchObject({
      status: 500,
      body: {
        error:
          'Failed allocating uplink port IPs on network "up1": Missing required "ipv4.ovn.ranges" config key on uplink network',
      },
    });
  });

  it('of several candidates one must be named', async () => {
    await create(server(), { name: 'up2', config: noAddresses });

    expect(await create(server(), { name: 'ovn5' }, 'test')).toMatchObject({
      status: 500,
      body: { error: 'Option "network" is required' },
    });
  });

  it('a restricted project that names no uplink networks has none', async () => {
    await server().createProject('strict', true, { 'features.profiles': 'true', restricted: 'true' });

    expect(await create(server(), { name: 'ovn6' }, 'strict')).toMatchObject({
      status: 500,
      body: { error: 'No allowed uplink networks in project' },
    });
  });
}

interface NetworkBody {
  name: string;
  type?: string;
  description?: string;
  config?: Record<string, string>;
}

function create(server: Target, network: NetworkBody, project = 'default', target?: string): Promise<ApiAnswer> {
  const query = new URLSearchParams({ project, ...(target == null ? {} : { target }) });
  return server.request('POST', `/1.0/networks?${query}`, network);
}

const get = (server: Target, path: string) => server.request('GET', path);
const remove = (server: Target, network: string) => server.request('DELETE', `/1.0/networks/${network}`);
const sql = (server: Target, query: string) => server.request('POST', '/internal/sql', { database: 'global', query });

async function namesIn(server: Target, path: string): Promise<string[]> {
  const networks = (await get(server, path)).body.metadata as { name: string }[];
  return networks.map((network) => network.name);
}

/** Per definition: name, state and type of the record, then member and state of the definition. */
function records(server: Target, project: string, network?: string): Promise<unknown[][]> {
  const one = network == null ? '' : `AND networks.name='${network}'`;
  return server.select(
    `SELECT networks.name, networks.state, networks.type, nodes.name, networks_nodes.state FROM networks
     JOIN projects ON projects.id = networks.project_id
     LEFT JOIN networks_nodes ON networks_nodes.network_id = networks.id LEFT JOIN nodes ON nodes.id = networks_nodes.node_id
     WHERE projects.name='${project}' ${one} ORDER BY networks.id, nodes.id`,
  );
}

async function networkId(server: Target, project: string, network: string): Promise<number> {
  const [row] = await server.select(
    `SELECT networks.id FROM networks JOIN projects ON projects.id = project_id WHERE projects.name='${project}' AND networks.name='${network}'`,
  );
  return Number(row?.[0]);
}

async function forget(server: Target, project: string, network: string): Promise<void> {
  await sql(server, `DELETE FROM networks WHERE id=${await networkId(server, project, network)}`);
}
