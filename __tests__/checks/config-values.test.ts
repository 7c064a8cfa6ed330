import { describe, expect, it } from '@jest/globals';
import { configValues } from '../../lib/checks/config-values.js';
import { known, type Facts } from '../../lib/facts/facts.js';
import type { Intent } from '../../lib/intent/intent.js';
import { closedProject, facts, intent, server } from './builders.js';

const judge = (type: string, config: Record<string, string>, learned: Partial<Facts> = {}, said: Partial<Intent> = {}) =>
  configValues.judge(intent({ type, config, ...said }), facts(learned));
const incus7 = { server: server({ extensions: ['network_address_set', 'network_bridge_bgp_instances'] }) };

describe('config-values', () => {
  describe('on what the config names', () => {
    const references = { acls: known(['web', 'ssh']), zones: known(['example.org', 'other.org']) };
    const judgeNames = (config: Record<string, string>) => configValues.judge(intent({ config }), facts({ references }));

    it.each<[Record<string, string>]>([
      [{ 'security.acls': 'web, ssh' }],
      [{ 'dns.zone.forward': 'example.org,other.org' }],
    ])('passes for %o', (config) => {
      expect(judgeNames(config).status).toBe('pass');
    });

    it.each<[Record<string, string>, string]>([
      [{ 'security.acls': 'web,mail' }, 'security.acls names "mail", and the project has no such ACL'],
      [{ 'security.acls': 'web,web' }, 'security.acls names "web" more than once'],
      [{ 'dns.zone.forward': 'example.com' }, 'dns.zone.forward names "example.com", and there is no such zone'],
      [{ 'dns.zone.reverse.ipv4': 'example.org,other.org' }, 'dns.zone.reverse.ipv4 takes a single zone'],
    ])('fails for %o', (config, detail) => {
      expect(judgeNames(config)).toMatchObject({ status: 'fail', detail });
    });

    it('says nothing of what it could not look up', () => {
      expect(configValues.judge(intent({ config: { 'security.acls': 'mail' } }), facts()).status).toBe('pass');
    });
  });

  it.each([
    ['bridge', 'ipv4.nat', ['true', 'FALSE', '1', '0', 'yes', 'no', 'On', 'off'], ['perhaps', 't', 'truee', ' true']],
    ['bridge', 'ipv4.address', ['none', 'auto', '10.0.0.1/24', '10.0.0.255/24'], ['10.0.0.1', '10.0.0.0/24', '10.0.0.1/33', '010.0.0.1/24', 'fd42::1/64', 'None', '10.0.0.1/']],
    ['bridge', 'ipv6.address', ['none', 'auto', 'fd42::1/64'], ['fd42::1', 'fd42::/64', 'fd42::1/129', '10.0.0.1/24', 'fe80::1%eth0/64']],
    ['bridge', 'bridge.mtu', ['1280', '9000', '16384'], ['1279', '16385', 'big', '-1500', '1500.0']],
    ['bridge', 'bridge.hwaddr', ['10:66:6A:12:34:56'], ['10-66-6a-12-34-56', '1066.6a12.3456', '10:66:6a:12:34']],
    ['bridge', 'bridge.driver', ['native', 'openvswitch'], ['ovs', 'Native']],
    ['bridge', 'bridge.external_interfaces', ['eth1', 'eth1, eth2', 'new/eth0/10'], ['e', 'eth 1', 'new/eth0/4095', 'eth1,']],
    ['bridge', 'ipv4.dhcp.ranges', ['10.0.0.2-10.0.0.9', '10.0.0.2-10.0.0.9, 10.0.0.20-10.0.0.29'], ['10.0.0.2', '10.0.0.2-', 'fd42::2-fd42::9']],
    ['bridge', 'ipv4.dhcp.routes', ['10.1.0.0/16,10.0.0.1'], ['10.1.0.0/16', '10.0.0.1,10.1.0.0/16', '10.1.0.1/16,10.0.0.1']],
    ['bridge', 'ipv4.routes', ['10.1.0.0/16', '10.1.0.0/16, 10.2.0.0/16'], ['10.1.0.1/16', '10.1.0.0', 'fd42::/64']],
    ['bridge', 'ipv6.routes', ['fd42::/64'], ['fd42::1/64', '10.1.0.0/16']],
    ['bridge', 'ipv6.dhcp.ranges', ['fd42::2-fd42::9'], ['10.0.0.2-10.0.0.9']],
    ['bridge', 'ipv4.nat.address', ['10.0.0.1'], ['10.0.0.1/32', 'fd42::1']],
    ['bridge', 'ipv6.nat.address', ['fd42::1'], ['::ffff:10.0.0.1', '10.0.0.1']],
    ['bridge', 'ipv4.dhcp.gateway', ['10.0.0.1'], ['none']],
    ['bridge', 'ipv4.dhcp.expiry', ['1h', 'whatever dnsmasq takes'], []],
    ['bridge', 'dns.nameservers', ['10.0.0.1, fd42::1'], ['dns.example.org']],
    ['bridge', 'dns.mode', ['dynamic', 'managed', 'none'], ['static']],
    ['bridge', 'bgp.peers.a.asn', ['1', '4294967294'], ['0', '4294967295']],
    ['bridge', 'tunnel.a.ttl', ['0', '255'], ['256', '-1']],
    ['bridge', 'tunnel.a.id', ['7', '-7'], ['seven']],
    ['bridge', 'tunnel.a.protocol', ['gre', 'vxlan'], ['geneve']],
    ['macvlan', 'parent', ['eth0', 'enp1s0.100'], ['e', 'a-name-that-is-too-long']],
    ['macvlan', 'vlan', ['0', '4094'], ['4095', 'x']],
    ['physical', 'ovn.ingress_mode', ['l2proxy', 'routed'], ['bridged']],
    ['physical', 'ipv4.gateway', ['10.0.0.1/24'], ['none', '10.0.0.0/24']],
    ['ovn', 'ipv4.dhcp.expiry', ['1h', '1h30m', '1.5h', '0'], ['1 hour', '1d', '60']],
    ['ovn', 'security.acls.default.egress.action', ['allow', 'allow-stateless', 'drop', 'reject'], ['deny']],
  ])('%s %s', (type, key, good, bad) => {
    const base: Record<string, string> = type === 'ovn' ? { network: 'none' } : {};
    const statusOf = (value: string) => judge(type, { ...base, [key]: value }).status;

    expect(good.map((value) => [value, statusOf(value)])).toEqual(good.map((value) => [value, 'pass']));
    expect(bad.map((value) => [value, statusOf(value)])).toEqual(bad.map((value) => [value, 'fail']));
  });

  it('proposes the first address of a subnet that was given for an address', () => {
    expect(judge('bridge', { 'ipv4.address': '10.0.0.0/24' })).toMatchObject({
      detail: 'ipv4.address=10.0.0.0/24 is the address of the subnet, not of a host in it',
      fix: 'give ipv4.address 10.0.0.1/24',
    });
  });

  it('names every value that is wrong', () => {
    const { detail } = judge('bridge', { 'ipv4.nat': 'maybe', 'bridge.mtu': 'two words' });

    expect(detail).toBe('ipv4.nat=maybe is not a boolean; bridge.mtu="two words" is not an MTU that works with IPv6');
  });

  it('says for which member a value is wrong', () => {
    const memberConfig = [{ member: 'node1', key: 'parent', value: 'x' }];

    expect(judge('macvlan', {}, {}, { memberConfig }).detail).toBe('parent=x on member "node1" is not an interface name');
  });

  it.each([
    ['bridge', 'ipv6.address', 'fd42::/64'],
    ['bridge', 'ipv4.dhcp.gateway', 'none'],
    ['ovn', 'ipv4.address', '10.0.0.1/32'],
  ])('lets a server newer than 6.0 have %s %s=%s', (type, key, value) => {
    expect(judge(type, { network: 'none', [key]: value }, incus7).status).toBe('pass');
    expect(judge(type, { network: 'none', [key]: value }).status).toBe('fail');
  });

  it.each([
    ['an empty value, which the server drops', { 'ipv4.nat': '' }, 'not-applicable'],
    ['a key that config-keys refuses', { colour: 'red' }, 'pass'],
  ])('has nothing to say about %s', (_, config, status) => {
    expect(judge('bridge', config).status).toBe(status);
  });

  describe('of a bridge, together', () => {
    const uplink = { 'ipv4.address': '10.0.0.1/24', 'ipv4.ovn.ranges': '10.0.0.100-10.0.0.199', 'ipv4.dhcp.ranges': '10.0.0.2-10.0.0.99' };
    const uplink6 = { 'ipv6.address': 'fd42::1/64', 'ipv6.ovn.ranges': 'fd42::100-fd42::1ff' };

    it.each([
      ['ranges apart', uplink],
      ['OVN ranges without DHCP', { ...uplink, 'ipv4.dhcp.ranges': '', 'ipv4.dhcp': 'false' }],
      ['a range in short form', { ...uplink, 'ipv4.ovn.ranges': '0.0.0.100-0.0.0.199' }],
      ['IPv6 ranges without stateful DHCP', uplink6],
      ['a MAC address', { 'bridge.hwaddr': '10:66:6a:12:34:56', 'bridge.external_interfaces': 'eth1' }],
      ['names that fit', { 'tunnel.elevenchars.id': '1' }],
    ] as [string, Record<string, string>][])('accepts %s', (_, config) => {
      expect(judge('bridge', config).status).toBe('pass');
    });

    it.each([
      ['OVN ranges beside unlimited DHCP', { ...uplink, 'ipv4.dhcp.ranges': '' }, 'ipv4.dhcp.ranges'],
      ['OVN ranges outside the subnet', { ...uplink, 'ipv4.ovn.ranges': '10.0.1.100-10.0.1.199' }, 'within 10.0.0.0/24'],
      ['DHCP ranges outside the subnet', { ...uplink, 'ipv4.dhcp.ranges': '10.0.1.2-10.0.1.99' }, 'within 10.0.0.0/24'],
      ['a range that runs backwards', { ...uplink, 'ipv4.ovn.ranges': '10.0.0.199-10.0.0.100' }, 'within 10.0.0.0/24'],
      ['ranges that overlap', { ...uplink, 'ipv4.dhcp.ranges': '10.0.0.2-10.0.0.100' }, 'overlap'],
      ['IPv6 ranges outside the subnet', { ...uplink6, 'ipv6.ovn.ranges': 'fd43::100-fd43::1ff' }, 'within fd42::/64'],
      ['IPv6 ranges beside unlimited stateful DHCP', { ...uplink6, 'ipv6.dhcp.stateful': 'true' }, 'ipv6.dhcp.ranges'],
      ['IPv6 ranges that overlap', { ...uplink6, 'ipv6.dhcp.stateful': 'true', 'ipv6.dhcp.ranges': 'fd42::1ff-fd42::2ff' }, 'overlap'],
      [
        'one MAC address for bridges that share a segment',
        { 'bridge.hwaddr': '10:66:6a:12:34:56', 'bridge.external_interfaces': 'eth1', 'ipv4.address': 'none', 'ipv6.address': 'none' },
        'bridge.hwaddr',
      ],
      ['a tunnel whose interface would have too long a name', { 'tunnel.twelve-chars.id': '1' }, 'too long together'],
    ] as [string, Record<string, string>, string][])('refuses %s', (_, config, words) => {
      expect(judge('bridge', config)).toMatchObject({ status: 'fail', detail: expect.stringContaining(words), fix: expect.any(String) });
    });
  });

  describe('of an ovn network, together', () => {
    it.each([
      ['an IPv6 subnet of /64', { 'ipv6.address': 'fd42::1/64' }],
      ['no address without an uplink', { network: 'none', 'ipv4.address': 'none', 'ipv6.address': 'none' }],
      ['l3only with stateful DHCP', { 'ipv6.l3only': 'true', 'ipv6.dhcp.stateful': 'true' }],
      ['l3only without DHCP', { 'ipv6.l3only': 'true', 'ipv6.dhcp': 'false' }],
      ['DHCP ranges within the subnet', { 'ipv4.address': '10.0.0.1/24', 'ipv4.dhcp.ranges': '10.0.0.2-10.0.0.9' }],
      ['the last address of the subnet, on 6.0', { 'ipv4.address': '10.0.0.254/24' }],
    ] as [string, Record<string, string>][])('accepts %s', (_, config) => {
      expect(judge('ovn', config).status).toBe('pass');
    });

    it.each([
      ['an IPv6 subnet of /65', { 'ipv6.address': 'fd42::1/65' }],
      ['no address with an uplink', { 'ipv4.address': 'none', 'ipv6.address': 'none' }],
      ['l3only alone', { 'ipv6.l3only': 'true' }],
      ['DHCP ranges outside the subnet', { 'ipv4.address': '10.0.0.1/24', 'ipv4.dhcp.ranges': '10.0.1.2-10.0.1.9' }],
      ['DHCP ranges without DHCP', { 'ipv4.address': '10.0.0.1/24', 'ipv4.dhcp.ranges': '10.0.0.2-10.0.0.9', 'ipv4.dhcp': 'no' }],
    ] as [string, Record<string, string>][])('refuses %s', (_, config) => {
      expect(judge('ovn', config)).toMatchObject({ status: 'fail', fix: expect.any(String) });
    });

    it('refuses the last address of the subnet on Incus 7', () => {
      expect(judge('ovn', { 'ipv4.address': '10.0.0.254/24' }, incus7).status).toBe('fail');
      expect(judge('ovn', { 'ipv4.address': '10.0.0.253/24' }, incus7).status).toBe('pass');
    });
  });

  it.each(['vxlan'])('does not apply to type %s, which nobody knows', (type) => {
    expect(judge(type, { a: 'b' }).status).toBe('not-applicable');
  });

  it('is unknown when the project, and so the type, cannot be read', () => {
    expect(configValues.judge(intent({ config: { 'ipv4.nat': 'maybe' } }), facts(closedProject())).status).toBe('unknown');
  });
});
