import { describe, expect, it } from '@jest/globals';
import { subnetFree } from '../../lib/checks/subnet-free.js';
import { known, unreadable } from '../../lib/facts/facts.js';
import type { Network } from '../../lib/incus/schemas.js';
import type { Intent } from '../../lib/intent/intent.js';
import { ClusterMember } from '../../lib/incus/schemas.js';
import { closedProject, facts, intent, network, ovn, server } from './builders.js';

const beside = (others: Network[], config: Record<string, string>, said: Partial<Intent> = {}) =>
  subnetFree.judge(
    intent({ config, ...said }),
    facts({ neighbours: known(others), ovn: said.type === 'ovn' ? ovn({ uplinks: known(others.filter(({ type }) => type !== 'ovn')) }) : null }),
  );

const lan = network('lan', 'bridge', { 'ipv4.address': '10.0.0.1/16', 'ipv6.address': 'fd42::1/64' });

describe('subnet-free', () => {
  it.each([
    ['the same subnet', { 'ipv4.address': '10.0.0.1/16' }, 'fail'],
    ['a part of it', { 'ipv4.address': '10.0.7.1/24' }, 'fail'],
    ['a subnet that holds it', { 'ipv4.address': '10.200.0.1/8' }, 'fail'],
    ['its IPv6 subnet', { 'ipv6.address': 'fd42::99/64' }, 'fail'],
    ['the next subnet', { 'ipv4.address': '10.1.0.1/16', 'ipv6.address': 'fd43::1/64' }, 'pass'],
  ] as [string, Record<string, string>, string][])('a bridge with %s as another bridge: %s', (_, config, status) => {
    expect(beside([lan], config).status).toBe(status);
  });

  it.each([
    ['a bridge', 'bridge', 'fail'],
    ['an ovn network', 'ovn', 'warn'],
  ])("%s with a member's own address in its subnet: %s", (_, type, status) => {
    const members = known([ClusterMember.parse({ server_name: 'node1', url: 'https://10.9.0.1:8443', status: 'Online' })]);
    const learned = facts({ neighbours: known([]), members, ovn: ovn() });

    const result = subnetFree.judge(intent({ type, config: { 'ipv4.address': '10.9.0.99/24', 'ipv4.nat': 'true' } }), learned);

    expect(result).toMatchObject({ status, detail: '10.9.0.0/24 holds 10.9.0.1, an address of member "node1"' });
  });

  it('minds the addresses on which the server listens, but not the loopback', () => {
    const on = (address: string) => subnetFree.judge(intent({ config: { 'ipv4.address': `${address}/8` } }), facts({ neighbours: known([]), server: server({ addresses: ['127.0.0.1', '11.9.0.1'] }) }));

    expect(on('11.0.0.1').status).toBe('fail');
    expect(on('127.0.0.1').status).toBe('pass');
  });

  it('compares ovn networks of other projects on the same uplink', () => {
    const uplink = network('up', 'bridge', { 'ipv4.address': '10.5.0.1/24' });
    const theirs = { ...network('theirs', 'ovn', { network: 'up', 'ipv4.address': '10.6.0.1/24' }), project: 'other' };
    const judge = (config: Record<string, string>) =>
      subnetFree.judge(intent({ type: 'ovn', config }), facts({ neighbours: known([uplink]), ovn: ovn({ uplinks: known([uplink]), networks: known([theirs]) }) }));

    expect(judge({ 'ipv4.address': '10.6.0.1/24' }).status).toBe('fail');
    expect(judge({ 'ipv4.address': '10.6.0.1/24', 'ipv4.nat': 'true' }).status).toBe('pass');
    expect(judge({ 'ipv4.address': '10.6.0.1/24', network: 'none' }).status).toBe('pass');
  });

  it('warns of an untranslated subnet that holds addresses of the ranges of its uplink', () => {
    const uplink = network('up', 'bridge', { 'ipv4.address': '10.5.0.1/24', 'ipv4.ovn.ranges': '10.5.0.140-10.5.0.150' });
    const judge = (address: string) =>
      subnetFree.judge(intent({ type: 'ovn', config: { 'ipv4.address': address } }), facts({ neighbours: known([uplink]), ovn: ovn({ uplinks: known([uplink]) }) }));

    expect(judge('10.5.0.129/25')).toMatchObject({ status: 'warn', detail: expect.stringContaining('ipv4.ovn.ranges') });
    expect(judge('10.5.0.193/26').status).toBe('pass');
  });

  it('says with which network the subnet overlaps', () => {
    expect(beside([lan], { 'ipv4.address': '10.0.7.1/24' }).detail).toBe('10.0.7.0/24 overlaps with 10.0.0.0/16 of bridge network "lan"');
  });

  it('warns when a bridge takes the subnet behind a physical network', () => {
    expect(beside([network('up', 'physical', { 'ipv4.gateway': '10.0.0.1/24' })], { 'ipv4.address': '10.0.0.2/24' }).status).toBe('warn');
  });

  it.each([
    ['an ovn network, which has a router of its own', network('o', 'ovn', { 'ipv4.address': '10.0.0.1/24' })],
    ['a bridge without addresses', network('b', 'bridge', { 'ipv4.address': 'none' })],
    ['the network itself, which is pending', network('web', 'bridge', { 'ipv4.address': '10.0.0.1/24' }, 'Pending')],
    ['an interface that Incus does not manage', { ...lan, managed: false }],
  ])('lets a bridge be beside %s', (_, other) => {
    expect(beside([other], { 'ipv4.address': '10.0.0.1/24' }).status).toBe('pass');
  });

  describe('for an ovn network', () => {
    const up = (config: Record<string, string> = {}) => network('up', 'physical', { 'ipv4.gateway': '192.0.2.1/24', ...config });
    const other = (config: Record<string, string> = {}) => network('o', 'ovn', { network: 'up', 'ipv4.address': '10.0.0.1/24', ...config });
    const routed = { network: 'up', 'ipv4.address': '10.0.0.9/25' };

    it.each([
      ['two subnets without NAT on one uplink', [up(), other()], routed, 'fail'],
      ['two without NAT on whatever uplink there is', [up(), other()], { 'ipv4.address': '10.0.0.9/25' }, 'fail'],
      ['the other one with NAT', [up(), other({ 'ipv4.nat': 'true' })], routed, 'pass'],
      ['this one with NAT', [up(), other()], { ...routed, 'ipv4.nat': 'true' }, 'pass'],
      ['two uplinks', [up(), other({ network: 'up2' })], routed, 'pass'],
      ['no uplink', [up(), other()], { ...routed, network: 'none' }, 'pass'],
      ['an isolated neighbour', [up(), other({ network: 'none' })], { 'ipv4.address': '10.0.0.9/25' }, 'pass'],
      ['an anycast uplink', [up({ 'ovn.ingress_mode': 'routed', 'ipv4.routes.anycast': 'true' }), other()], routed, 'pass'],
      ['NAT, and the subnet of the uplink itself', [up()], { network: 'up', 'ipv4.address': '192.0.2.9/24', 'ipv4.nat': 'true' }, 'warn'],
      ['NAT, and the subnet of a bridge that has nothing to do with it', [lan], { network: 'up', 'ipv4.address': '10.0.0.9/24', 'ipv4.nat': 'true' }, 'pass'],
      ['no NAT, and a part of the uplink (ovn-uplink)', [up()], { network: 'up', 'ipv4.address': '192.0.2.129/25' }, 'pass'],
    ] as [string, Network[], Record<string, string>, string][])('%s: %s', (_, others, config, status) => {
      expect(beside(others, config, { type: 'ovn' }).status).toBe(status);
    });
  });

  it.each([
    ['no address is given', {}, {}],
    ['the server chooses', { 'ipv4.address': 'auto', 'ipv6.address': 'none' }, {}],
    ['the address cannot be read (config-values)', { 'ipv4.address': '10.0.0.1/99' }, {}],
    ['the type has no subnet', { 'ipv4.address': '10.0.0.1/24' }, { type: 'macvlan' }],
  ])('does not apply when %s', (_, config, said) => {
    expect(beside([lan], config, said).status).toBe('not-applicable');
  });

  it.each([
    ['the other networks', { neighbours: unreadable('not authorized') }],
    ['the project', { ...closedProject(), neighbours: known([lan]) }],
  ])('is unknown when %s cannot be read', (_, learned) => {
    expect(subnetFree.judge(intent({ config: { 'ipv4.address': '10.0.0.1/24' } }), facts(learned))).toMatchObject({ status: 'unknown', fix: 'incus network list' });
  });
});
