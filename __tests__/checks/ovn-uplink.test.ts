import { describe, expect, it } from '@jest/globals';
import { ovnUplink } from '../../lib/checks/ovn-uplink.js';
import { absent, known, unreadable } from '../../lib/facts/facts.js';
import type { Network } from '../../lib/incus/schemas.js';
import { closedProject, facts, intent, network, ovn, ownNetworks, sharedNetworks } from './builders.js';

const ranges = { 'ipv4.ovn.ranges': '10.0.0.100-10.0.0.199' };
const up = (name: string, config: Record<string, string> = {}, status = 'Created') =>
  network(name, 'bridge', { 'ipv4.address': '10.0.0.1/24', ...ranges, ...config }, status);

const judge = (config: Record<string, string>, uplinks: Network[], project: ReturnType<typeof ownNetworks> = ownNetworks()) =>
  ovnUplink.judge(intent({ project: 'test', config }), facts({ ...project, ovn: ovn({ uplinks: known(uplinks) }) }));

describe('ovn-uplink', () => {
  it.each([
    ['the named uplink is fine', { network: 'up' }, [up('up'), up('up2')]],
    ['none is named and there is exactly one', {}, [up('up')]],
    ['only one of several is Created', {}, [up('up'), up('up2', {}, 'Errored'), network('m', 'macvlan')]],
    ['no uplink is wanted', { network: 'none' }, []],
    ['a physical network is the uplink', {}, [network('up', 'physical', { 'ipv4.gateway': '10.0.0.1/24', ...ranges })]],
    ['the uplink has only IPv6, which needs no ranges', {}, [network('up', 'bridge', { 'ipv4.address': 'none', 'ipv6.address': 'fd42::1/64' })]],
  ] as [string, Record<string, string>, Network[]][])('passes when %s', (_, config, uplinks) => {
    expect(judge(config, uplinks).status).toBe('pass');
  });

  describe('what other ovn networks have taken of it', () => {
    const tight = up('up', { 'ipv4.ovn.ranges': '10.0.0.100-10.0.0.101, 10.0.0.110-10.0.0.110' });
    const user = (address: string, config: Record<string, string> = {}, status = 'Created') =>
      network(`of-${address}`, 'ovn', { network: 'up', 'volatile.network.ipv4.address': address, ...config }, status);
    const beside = (...networks: Network[]) =>
      ovnUplink.judge(intent({ project: 'test' }), facts({ ...ownNetworks(), ovn: ovn({ uplinks: known([tight]), networks: known(networks) }) }));
    const all = ['10.0.0.100', '10.0.0.101', '10.0.0.110'];

    it('fails when every address of its ranges is taken', () => {
      expect(beside(...all.map((address) => user(address)))).toMatchObject({
        status: 'fail',
        detail: 'uplink network "up" has no address left in ipv4.ovn.ranges: other ovn networks have taken all 3',
        fix: 'add a range to ipv4.ovn.ranges of "up"',
      });
    });

    it.each([
      ['one is left', [user('10.0.0.100'), user('10.0.0.101')]],
      ['two networks have the same one', [user('10.0.0.100'), user('10.0.0.100'), user('10.0.0.101')]],
      ['one is on another uplink', all.map((address, index) => user(address, index === 0 ? { network: 'other' } : {}))],
      ['one of them is not Created, so that the server does not count it', all.map((address, index) => user(address, {}, index === 0 ? 'Errored' : 'Created'))],
      ['one is outside of the ranges', [user('10.0.0.100'), user('10.0.0.101'), user('10.0.0.111')]],
    ] as [string, Network[]][])('passes when %s', (_, networks) => {
      expect(beside(...networks).status).toBe('pass');
    });

    it('fails when the IPv6 ranges are used up', () => {
      const uplink = up('up', { 'ipv6.address': 'fd42::1/64', 'ipv6.ovn.ranges': 'fd42::10-fd42::10' });
      const taken = network('a', 'ovn', { network: 'up', 'volatile.network.ipv6.address': 'fd42::10' });

      const result = ovnUplink.judge(intent({ project: 'test' }), facts({ ...ownNetworks(), ovn: ovn({ uplinks: known([uplink]), networks: known([taken]) }) }));

      expect(result).toMatchObject({ status: 'fail', detail: expect.stringContaining('ipv6.ovn.ranges') });
    });
  });

  it.each<[string, Network, string]>([
    ['did not start', up('up', {}, 'Unavailable'), 'is Unavailable'],
    ['has a range outside of its subnet', up('up', { 'ipv4.ovn.ranges': '10.9.0.1-10.9.0.9' }), 'which is no range within its subnet 10.0.0.0/24'],
    ['leaves no room for a derived IPv6 address', up('up', { 'ipv6.address': 'fd42::1:0:0:1/96' }), 'leaves no 64 bits'],
  ])('fails when the uplink %s', (_, uplink, words) => {
    expect(judge({}, [uplink])).toMatchObject({ status: 'fail', detail: expect.stringContaining(words) });
  });

  it('counts an uplink that did not start among the candidates, as the server does', () => {
    expect(judge({}, [up('up'), up('up2', {}, 'Unavailable')])).toMatchObject({ status: 'fail', detail: expect.stringContaining('2 networks') });
  });

  it('fails with a command per choice when several networks could be the uplink', () => {
    const result = judge({ 'ipv4.nat': 'true' }, [up('up'), up('up2')]);

    expect(result).toMatchObject({ status: 'fail', detail: 'there are 2 networks that could be the uplink: up and up2' });
    expect(result.fix?.split('\n')).toEqual([
      'incus network create web --project test --type ovn ipv4.nat=true network=up',
      'incus network create web --project test --type ovn ipv4.nat=true network=up2',
    ]);
  });

  it('fails when there is no network that could be the uplink', () => {
    expect(judge({}, [network('m', 'macvlan')])).toMatchObject({ status: 'fail', fix: 'incus network create web --project test --type ovn network=none' });
  });

  it.each([
    ['does not exist', [up('other')], 'does not exist'],
    ['is of a type that cannot be one', [network('up', 'macvlan')], 'is of type "macvlan"'],
    ['is Pending', [up('up', {}, 'Pending')], 'is Pending'],
    ['is Errored', [up('up', {}, 'Errored')], 'is Errored'],
    ['has no address', [network('up', 'bridge', { 'ipv4.address': 'none', 'ipv6.address': 'none' })], 'neither an IPv4 nor an IPv6 address'],
    ['has no gateway', [network('up', 'physical')], 'neither an IPv4 nor an IPv6 gateway'],
    ['has no IPv4 ranges', [up('up', { 'ipv4.ovn.ranges': '' })], 'no ipv4.ovn.ranges'],
  ])('fails when the named uplink %s', (_, uplinks, words) => {
    expect(judge({ network: 'up' }, uplinks)).toMatchObject({ status: 'fail', detail: expect.stringContaining(words), fix: expect.any(String) });
  });

  describe('in a restricted project', () => {
    const restricted = (uplinks?: string) => ownNetworks({ restricted: 'true', ...(uplinks ? { 'restricted.networks.uplinks': uplinks } : {}) });

    it('takes the only one that the project allows', () => {
      expect(judge({}, [up('up'), up('up2')], restricted('up2')).status).toBe('pass');
    });

    it('fails for one that is not allowed, and shows how to allow it', () => {
      expect(judge({ network: 'up' }, [up('up'), up('up2')], restricted('up2'))).toMatchObject({
        status: 'fail',
        fix: 'incus project set test restricted.networks.uplinks=up2,up',
      });
    });

    it('allows none where none is named', () => {
      expect(judge({}, [up('up')], restricted())).toMatchObject({ status: 'fail', fix: 'incus project set test restricted.networks.uplinks=up' });
    });

    it('does not carry the restriction over to project default', () => {
      const shared = sharedNetworks({ restricted: 'true' });

      const result = ovnUplink.judge(intent({ type: 'ovn', project: 'test' }), facts({ ...shared, ovn: ovn({ uplinks: known([up('up')]) }) }));

      expect(result.status).toBe('pass');
    });
  });

  describe('addresses that the uplink has to route', () => {
    it.each([
      ['a subnet with NAT', { 'ipv4.address': '10.9.0.1/24', 'ipv4.nat': 'true' }, {}, 'pass'],
      ['a subnet without NAT, in the routes', { 'ipv4.address': '10.9.0.1/24' }, { 'ipv4.routes': '10.8.0.0/24, 10.9.0.0/16' }, 'pass'],
      ['a subnet without NAT, outside the routes', { 'ipv4.address': '10.9.0.1/24' }, { 'ipv4.routes': '10.8.0.0/16' }, 'fail'],
      ['a part of the uplink without NAT', { 'ipv4.address': '10.0.0.129/25' }, {}, 'pass'],
      ["the uplink's gateway in a subnet without NAT", { 'ipv4.address': '10.0.0.9/25' }, {}, 'fail'],
      ['an IPv6 subnet without NAT', { 'ipv6.address': 'fd42::1/64' }, {}, 'fail'],
      ['an IPv6 subnet without NAT, in the routes', { 'ipv6.address': 'fd42::1/64' }, { 'ipv6.routes': 'fd42::/48' }, 'pass'],
      ['an address for NAT, not routed', { 'ipv4.nat': 'true', 'ipv4.nat.address': '10.0.0.50' }, {}, 'fail'],
      ['an address for NAT, routed', { 'ipv4.nat': 'true', 'ipv4.nat.address': '10.0.0.50' }, { 'ovn.ingress_mode': 'routed' }, 'pass'],
      ['an address for NAT, elsewhere', { 'ipv4.nat': 'true', 'ipv4.nat.address': '10.7.0.50' }, { 'ovn.ingress_mode': 'routed' }, 'fail'],
      ['none: the server chooses, with NAT', { 'ipv4.address': 'auto' }, {}, 'pass'],
    ] as [string, Record<string, string>, Record<string, string>, string][])('%s: %s', (_, config, uplink, status) => {
      const result = judge({ network: 'up', ...config }, [up('up', uplink)]);

      expect(result.status).toBe(status);
      expect(Boolean(result.fix)).toBe(status === 'fail');
    });

    it.each([
      ['up:10.9.0.0/16', 'pass'],
      ['up2:10.9.0.0/16,up:10.8.0.0/16', 'fail'],
    ])('with restricted.networks.subnets=%s: %s', (subnets, status) => {
      const project = ownNetworks({ restricted: 'true', 'restricted.networks.uplinks': 'up', 'restricted.networks.subnets': subnets });

      expect(judge({ 'ipv4.address': '10.9.0.1/24' }, [up('up', { 'ipv4.routes': '10.0.0.0/8' })], project).status).toBe(status);
    });
  });

  it('does not apply where OVN is missing, which ovn-available says', () => {
    const without = ovn({ ovs: [{ member: 'host1', ovs: absent('no br-int') }], uplinks: known([]) });

    expect(ovnUplink.judge(intent({ type: 'ovn' }), facts({ ovn: without })).status).toBe('not-applicable');
  });

  it('does not apply to a bridge', () => {
    expect(ovnUplink.judge(intent({ type: 'bridge' }), facts()).status).toBe('not-applicable');
  });

  it.each([
    ['the networks of project default', facts({ ...ownNetworks(), ovn: ovn({ uplinks: unreadable('not authorized') }) })],
    ['the project', facts(closedProject())],
  ])('is unknown when one cannot read %s', (_, learned) => {
    expect(ovnUplink.judge(intent({ project: 'test' }), learned)).toMatchObject({ status: 'unknown', fix: 'incus network list --project default' });
  });
});
