import { describe, expect, it } from '@jest/globals';
import { configKeys } from '../../lib/checks/config-keys.js';
import { known, unreadable, type Facts } from '../../lib/facts/facts.js';
import type { Intent } from '../../lib/intent/intent.js';
import { closedCluster, closedProject, cluster, facts, intent, record, server } from './builders.js';

const two = cluster('node1', 'node2');
const judge = (said: Partial<Intent>, learned: Partial<Facts> = {}) => configKeys.judge(intent(said), facts(learned));

describe('config-keys', () => {
  it.each([
    ['bridge', { 'ipv4.address': 'auto', 'tunnel.a.remote': '10.0.0.1', 'bgp.peers.a.asn': '65000', 'user.owner': 'me', 'bridge.external_interfaces': 'eth1' }],
    ['macvlan', { parent: 'eth0', gvrp: 'true' }],
    ['sriov', { parent: 'eth0', vlan: '3' }],
    ['physical', { parent: 'eth0', 'ipv4.gateway': '10.0.0.1/24', 'ovn.ingress_mode': 'routed', 'volatile.last_state.created': 'true' }],
    ['ovn', { network: 'none', 'ipv4.l3only': 'true', 'volatile.network.ipv4.address': '10.0.0.9' }],
  ] as [string, Record<string, string>][])('passes for keys of type %s', (type, config) => {
    expect(judge({ type, config }).status).toBe('pass');
  });

  it('passes without any key', () => {
    expect(judge({}).status).toBe('pass');
  });

  it.each([
    ['bridge', 'ipv4.adress', 'did you mean ipv4.address?'],
    ['bridge', 'ipv6.nat.adress', 'did you mean ipv6.nat.address?'],
    ['bridge', 'tunnel.berlin.remot', 'did you mean tunnel.berlin.remote?'],
    ['bridge', 'colour', 'leave colour out, or keep it as user.colour'],
    ['bridge', 'tunnel.a.b.remote', 'did you mean tunnel.a.remote?'],
    ['macvlan', 'ipv4.address', 'leave ipv4.address out, or keep it as user.ipv4.address'],
  ])('fails for type %s with %s: %s', (type, key, fix) => {
    const result = judge({ type, config: { [key]: 'x' } });

    expect(result).toMatchObject({ status: 'fail', fix });
    expect(result.detail).toContain(`"${key}"`);
  });

  it('does not mind an unknown key without a value, which the server drops', () => {
    expect(judge({ config: { colour: '' } }).status).toBe('pass');
  });

  describe("with the server's own metadata", () => {
    const metadata = { configKeys: known([{ key: 'shape.NAME.size', memberSpecific: false }, { key: 'rack', memberSpecific: true }]) };

    it.each([
      ['shape.a.size', 'pass'],
      ['user.anything.at.all', 'pass'],
      ['ipv4.nat', 'fail'],
    ])('goes by it for %s: %s', (key, status) => {
      expect(judge({ config: { [key]: 'x' } }, metadata).status).toBe(status);
    });

    it('knows from it which keys are member-specific', () => {
      expect(judge({ config: { rack: '3' } }, { ...two, ...metadata }).status).toBe('fail');
      expect(judge({ target: 'node1', config: { rack: '3' } }, { ...two, ...metadata }).status).toBe('pass');
    });
  });

  it('is unknown for a key that only unreadable metadata could explain', () => {
    expect(judge({ config: { 'ipv9.nat': 'x' } }, { configKeys: unreadable('timeout') }).status).toBe('unknown');
    expect(judge({ config: { 'ipv4.nat': 'true' } }, { configKeys: unreadable('timeout') }).status).toBe('pass');
  });

  it.each([
    ['6.0', [], 'fail'],
    ['a later one', ['network_address_set'], 'pass'],
  ])('knows keys that came after 6.0, on %s', (_, extensions, status) => {
    expect(judge({ config: { 'bridge.multicast_snooping': 'false' } }, { server: server({ extensions }) }).status).toBe(status);
  });

  describe('in a cluster', () => {
    it.each(['parent', 'bridge.external_interfaces', 'bgp.ipv4.nexthop'])('fails for member-specific %s given for the whole network', (key) => {
      const config = { [key]: 'eth0', ...(key === 'parent' ? { mtu: '1500' } : { 'bridge.mtu': '1500' }) };

      const result = judge({ type: key === 'parent' ? 'macvlan' : 'bridge', config }, two);

      expect(result).toMatchObject({ status: 'fail', detail: `"${key}" is set per cluster member, not for the network as a whole` });
      expect(result.fix).toContain('mtu=1500');
      expect(result.fix).not.toContain(key);
    });

    it.each([
      ['with --target', { target: 'node1' }, two],
      ['with --all-members', { allMembers: true }, two],
      ['where there is only one member', {}, cluster('node1')],
      ['on a server that is not clustered', {}, {}],
    ])('takes a member-specific key %s', (_, said, learned) => {
      expect(judge({ config: { 'bridge.external_interfaces': 'eth1' }, ...said }, learned).status).toBe('pass');
    });

    it('is unknown for a member-specific key when there may be a single member', () => {
      expect(judge({ config: { 'bridge.external_interfaces': 'eth1' } }, closedCluster()).status).toBe('unknown');
    });

    it('fails for a global key with --target', () => {
      const config = { 'ipv4.address': 'auto', 'bridge.external_interfaces': 'eth1', 'user.a': 'b' };

      expect(judge({ target: 'node1', config }, two)).toMatchObject({
        status: 'fail',
        detail: '"ipv4.address" and "user.a" cannot be set for one member with --target',
        fix: 'incus network create web --target node1 bridge.external_interfaces=eth1',
      });
    });

    it('fails for a key that is given twice for one member', () => {
      const two = (member: string) => [{ member: 'node1', key: 'parent', value: 'eth0' }, { member, key: 'parent', value: 'eth1' }];

      expect(judge({ type: 'macvlan', allMembers: true, memberConfig: two('node1') }, cluster('node1', 'node2'))).toMatchObject({
        status: 'fail',
        detail: '"parent" is given more than once for member "node1": "eth0" and "eth1"',
      });
      expect(judge({ type: 'macvlan', allMembers: true, memberConfig: two('node2') }, cluster('node1', 'node2')).status).toBe('pass');
    });

    it('asks for no parent where the definition is there', () => {
      const said = { type: 'macvlan', allMembers: true, memberConfig: [{ member: 'node2', key: 'parent', value: 'eth0' }] };

      expect(judge(said, { ...two, record: record({ status: 'Pending', type: 'macvlan', locations: ['node1'] }) }).status).toBe('pass');
      expect(judge(said, two).status).toBe('fail');
    });

    it('fails for a global key in --member-config', () => {
      const said = { allMembers: true, memberConfig: [{ member: 'node1', key: 'ipv4.nat', value: 'true' }] };

      expect(judge(said, two)).toMatchObject({ status: 'fail', fix: 'give ipv4.nat=true without --member-config' });
    });

    it.each<[string, Partial<Intent>]>([
      ['a member-specific key, even with --all-members', { allMembers: true, config: { 'bridge.external_interfaces': 'eth1' } }],
      ['--member-config', { allMembers: true, memberConfig: [{ member: 'node1', key: 'bridge.external_interfaces', value: 'eth1' }] }],
    ])('fails for an ovn network with %s', (_, said) => {
      expect(judge({ type: 'ovn', ...said }, two).status).toBe('fail');
    });

    it.each([
      ['global on 6.0', [], 'pass'],
      ['member-specific later', ['network_address_set'], 'fail'],
    ])('takes tunnel.NAME.local for %s', (_, extensions, status) => {
      const learned = { ...two, server: server({ clustered: true, extensions }) };

      expect(judge({ config: { 'tunnel.a.local': '10.0.0.1' } }, learned).status).toBe(status);
    });
  });

  describe('the parent of a macvlan, sriov or physical network', () => {
    it.each(['macvlan', 'sriov', 'physical'])('fails when %s has none', (type) => {
      expect(judge({ type })).toMatchObject({ status: 'fail', fix: `name an interface of the host: incus network create web --type ${type} parent=eth0` });
    });

    it('counts an empty one as none', () => {
      expect(judge({ type: 'macvlan', config: { parent: '' } }).status).toBe('fail');
    });

    it('warns when a definition has none', () => {
      expect(judge({ type: 'macvlan', target: 'node1' }, two)).toMatchObject({ status: 'warn', fix: expect.stringContaining('incus network create web --target node1 --type macvlan parent=eth0') });
    });

    it('leaves the create in a cluster to the definitions', () => {
      expect(judge({ type: 'macvlan' }, two).status).toBe('pass');
    });

    it('fails when --all-members leaves a member without one', () => {
      const memberConfig = [{ member: 'node1', key: 'parent', value: 'eth0' }];

      expect(judge({ type: 'macvlan', allMembers: true, memberConfig }, two)).toMatchObject({ status: 'fail', fix: 'name an interface of each: --member-config node2:parent=eth0' });
      expect(judge({ type: 'macvlan', allMembers: true, memberConfig }, cluster('node1')).status).toBe('pass');
    });
  });

  it('does not apply to a type that nobody knows', () => {
    expect(judge({ type: 'vxlan', config: { a: 'b' } }).status).toBe('not-applicable');
  });

  it('is unknown when the project, and so the type, cannot be read', () => {
    expect(judge({ config: { a: 'b' } }, closedProject()).status).toBe('unknown');
  });
});
