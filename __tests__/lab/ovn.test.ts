import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CliRun } from '../helpers/run-cli.js';
import { createOn } from './create-on.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/*
 * Open vSwitch here has no kernel module, and Incus makes its bridges for the kernel's datapath. So a bridge of
 * Open vSwitch that an uplink needs is made before, in userspace: Incus takes the one that is there
 * (VSwitch.CreateBridge with mayExist, internal/server/network/ovs/ovs_actions.go, 6.0.4).
 */
const inUserspace = (bridge: string): string => `ovs-vsctl --may-exist add-br ${bridge} -- set bridge ${bridge} datapath_type=netdev`;

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('ovn networks on two members with OVN', () => {
  let lab: LabServer;
  let create: (argv: string[]) => Promise<CliRun>;
  const ovn = (name: string, project: string, ...words: string[]): Promise<CliRun> => create([name, '--project', project, '--type', 'ovn', ...words]);
  const post = async (name: string, type: string, own: Record<string, string>, config: Record<string, string>): Promise<void> => {
    for (const member of lab.members) await must(lab.request('POST', `/1.0/networks?target=${member}`, { name, type, config: own }));
    await must(lab.request('POST', '/1.0/networks', { name, type, config }));
  };
  const must = async (answer: ReturnType<LabServer['request']>): Promise<void> => expect((await answer).body).toMatchObject({ type: 'sync' });
  const sh = async (member: string, line: string): Promise<void> => {
    const { status, stderr } = await lab.exec(member, ['bash', '-c', line]);
    expect([line, status, stderr]).toEqual([line, 0, '']);
  };
  const records = async (name: string): Promise<unknown[][]> => lab.select(`SELECT name, state FROM networks WHERE name = '${name}'`);

  /** The server refuses after its rows are written: its reason is shown, and nothing of it stays. */
  async function expectRolledBack(name: string, run: CliRun, reason: string): Promise<void> {
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(new RegExp(`Error: .*${quoted(reason)}`));
    expect(run.stderr).toContain('read back: nothing of it is left');
    await expect(records(name)).resolves.toEqual([]);
  }

  async function expectRefused(name: string, run: CliRun, words: string): Promise<void> {
    expect(run).toMatchObject({ status: 3, stderr: expect.stringContaining(words) });
    await expect(records(name)).resolves.toEqual([]);
  }

  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'ovn' });
    ({ create } = createOn(lab));
    await lab.createProject('test', true);
    await lab.createProject('fenced', true, { 'features.profiles': 'true', restricted: 'true', 'restricted.networks.uplinks': 'physup' });
    await post('bridgeup', 'bridge', {}, { 'ipv4.address': '10.60.0.1/24', 'ipv4.dhcp.ranges': '10.60.0.100-10.60.0.200', 'ipv4.ovn.ranges': '10.60.0.10-10.60.0.10', 'ipv6.address': 'none' });
    const [[id] = []] = await lab.select("SELECT id FROM networks WHERE name = 'bridgeup'");
    for (const member of lab.members) await sh(member, `${inUserspace(`incusovn${String(id)}`)}; ${inUserspace('ovsup')}`);
  }, 90_000);
  afterAll(() => lab.stop(), 60_000);

  it('is created on the only uplink, a bridge with ranges, and says what the server chose', async () => {
    const run = await ovn('first', 'test', '--format', 'json');

    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'created', chosen: { network: 'bridgeup', 'volatile.network.ipv4.address': '10.60.0.10' } });
    for (const member of lab.members) {
      const { body } = await lab.request('GET', `/1.0/networks/first?project=test&target=${member}`);
      expect(body.metadata).toMatchObject({ status: 'Created' });
    }
  });

  it('is refused where the ranges of the uplink are used up; the server notices after its rows are written', async () => {
    await expectRefused('second', await ovn('second', 'test'), 'no address left in ipv4.ovn.ranges');
    await expectRolledBack('second', await ovn('second', 'test', '--ignore-check', 'ovn-uplink'), 'No free IPs available');
  });

  it('is created without an uplink, with all members or none named', async () => {
    await expect(ovn('alone', 'test', 'network=none', '--all-members')).resolves.toMatchObject({ status: 0, stdout: 'Network alone created\n' });
  });

  it('is created in a project that allows one uplink, though there are two', async () => {
    await post('physup', 'physical', { parent: 'ovsup' }, { 'ipv4.gateway': '10.50.0.1/24', 'ipv4.ovn.ranges': '10.50.0.10-10.50.0.20', 'ipv4.routes': '10.51.0.0/16' });

    await expect(ovn('fenced1', 'fenced')).resolves.toMatchObject({ status: 0, stdout: 'Network fenced1 created\n' });
    await expect(lab.request('GET', '/1.0/networks/fenced1?project=fenced')).resolves.toMatchObject({ body: { metadata: { config: { network: 'physup' } } } });
  });

  it('is rolled back with the reason of the server where what we knew of it was ignored', async () => {
    const cases: [project: string, words: string[], ours: string, native: string][] = [
      ['test', [], '2 networks that could be the uplink', 'Option "network" is required'],
      ['fenced', ['network=bridgeup'], 'does not allow uplink "bridgeup"', 'is not one of the allowed uplink networks in project'],
      ['test', ['network=nowhere'], 'uplink network "nowhere" does not exist', 'is not one of the allowed uplink networks in project'],
      ['test', ['network=physup', 'ipv4.address=10.52.0.1/24', 'ipv6.address=none'], 'is not in the routes of uplink network "physup"', `Uplink network doesn't contain "10.52.0.0/24" in its routes`],
      ['test', ['network=physup', 'ipv4.address=none', 'ipv6.address=none'], 'needs an IPv4 or IPv6 subnet', 'IPv4 or IPv6 subnets must be specified on a non-isolated OVN network'],
      ['test', ['network=physup', 'ipv4.nat.address=10.51.0.9'], 'needs an uplink with ovn.ingress_mode=routed', 'when uplink ovn.ingress_mode is not "routed"'],
      ['test', ['network=none', 'ipv6.address=fd42:1::1/80'], 'smaller than the /64', 'IPv6 subnet must be at least a /64'],
      ['test', ['network=none', 'ipv6.l3only=true'], 'ipv6.l3only needs ipv6.dhcp.stateful', 'The ipv6.dhcp.stateful setting must be enabled'],
      ['test', ['network=none', 'security.acls=nosuch'], 'the project has no such ACL', 'Network ACL "nosuch" does not exist'],
      ['test', ['network=none', 'colour=red'], 'type "ovn" has no config key "colour"', 'Invalid option for network "wrong9" option "colour"'],
    ];

    await Promise.all(
      cases.map(async ([project, words, ours, native], index) => {
        const name = `wrong${index}`;
        const run = await ovn(name, project, ...words, '--ignore-check', 'all');
        expect(run.stderr).toMatch(new RegExp(`Warning: .*${quoted(ours)}.*ignored by --ignore-check`));
        await expectRolledBack(name, run, native);
      }),
    );
  }, 90_000);

  it('is rolled back where the bridge of an uplink does not come up on a member, which nobody could know', async () => {
    await post('plainup', 'bridge', {}, { 'ipv4.address': '10.61.0.1/24', 'ipv4.dhcp.ranges': '10.61.0.100-10.61.0.200', 'ipv4.ovn.ranges': '10.61.0.10-10.61.0.20', 'ipv6.address': 'none' });

    await expectRolledBack('late', await ovn('late', 'test', 'network=plainup'), 'Bridge interface failed to appear');
  });

  it('is rolled back where the parent of an uplink has addresses of its own', async () => {
    for (const member of lab.members) {
      await lab.addInterface(member, 'nic9');
      await sh(member, 'ip address add 10.62.0.9/24 dev nic9');
    }
    await post('nicup', 'physical', { parent: 'nic9' }, { 'ipv4.gateway': '10.62.0.1/24', 'ipv4.ovn.ranges': '10.62.0.10-10.62.0.20' });

    await expectRolledBack('nic', await ovn('nic', 'test', 'network=nicup'), 'has one or more IP addresses configured on it');
  });

  it('is refused where Open vSwitch is not set up for OVN', async () => {
    await sh('node1', 'ovs-vsctl remove open_vswitch . external_ids ovn-encap-ip');

    await expectRefused('encap', await ovn('encap', 'test', 'network=none'), 'node1 (no external_ids:ovn-encap-ip)');
    await expectRolledBack('encap', await ovn('encap', 'test', 'network=none', '--ignore-check', 'ovn-available'), 'Failed getting OVN enscapsulation IP from OVS');
    await sh('node1', 'ovs-vsctl set open_vswitch . external_ids:ovn-encap-ip=10.99.0.1');
  });

  it('is created while a controller is stopped: the server does not ask it, and has no answer for those who would', async () => {
    await sh('node2', 'kill "$(cat /run/ovn/ovn-controller.pid)"');

    await expect(ovn('quiet', 'test', 'network=none')).resolves.toMatchObject({ status: 0 });
  });

  it('is refused while the southbound or the northbound database does not answer', async () => {
    await sh('node1', 'kill -STOP "$(cat /run/ovn/ovnsb_db.pid)"');
    await expectRefused('hang', await ovn('hang', 'test', 'network=none'), 'the OVN southbound database is out of reach: /run/ovn/ovnsb_db.sock did not answer within 2 s');
    await sh('node1', 'kill -CONT "$(cat /run/ovn/ovnsb_db.pid)"; kill -STOP "$(cat /run/ovn/ovnnb_db.pid)"');
    await expectRefused('hang', await ovn('hang', 'test', 'network=none'), 'the OVN northbound database is out of reach: /run/ovn/ovnnb_db.sock did not answer within 2 s');
    await sh('node1', 'kill -CONT "$(cat /run/ovn/ovnnb_db.pid)"');
  });

  it('is unknown after --wait where the northbound database is gone, and the server does not answer', async () => {
    await sh('node1', 'kill "$(cat /run/ovn/ovnnb_db.pid)"; sleep 0.5');

    await expectRefused('lost', await ovn('lost', 'test', 'network=none'), 'the OVN northbound database is out of reach: no /run/ovn/ovnnb_db.sock');
    const run = await ovn('lost', 'test', 'network=none', '--ignore-check', 'ovn-available', '--wait', '2');

    expect(run).toMatchObject({ status: 5, stdout: '', stderr: expect.stringContaining('incus-safenet recover') });
  });

  it('is refused where Open vSwitch was stopped on one member, whose server keeps its networks loaded', async () => {
    await sh('node2', 'kill "$(cat /run/openvswitch/ovs-vswitchd.pid)" "$(cat /run/openvswitch/ovsdb-server.pid)"; sleep 0.5; ip link delete br-int 2>/dev/null || true');

    await expectRefused('halved', await ovn('halved', 'test', 'network=none'), 'Open vSwitch is missing on 1 of 2 members: node2');
  });
});
