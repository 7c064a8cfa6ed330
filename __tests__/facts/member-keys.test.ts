import { describe, expect, it } from '@jest/globals';
import { absent, known, unreadable } from '../../lib/facts/facts.js';
import { isMemberSpecific, matchesKey, splitConfig } from '../../lib/facts/member-keys.js';
import { server } from '../checks/builders.js';

const on60 = { server: server(), configKeys: absent('the server does not describe its configuration') };
const later = { server: server({ extensions: ['network_address_set'] }), configKeys: unreadable('timeout') };
const described = { server: server({ extensions: ['network_address_set'] }), configKeys: known([{ key: 'rack.NAME.slot', memberSpecific: true }, { key: 'mtu', memberSpecific: false }]) };

describe('a config key belongs to one member', () => {
  it.each([
    ['parent', true, true, true],
    ['bridge.external_interfaces', true, true, true],
    ['bgp.ipv6.nexthop', true, true, true],
    ['tunnel.a.local', false, true, true],
    ['tunnel.a.b.local', false, false, false],
    ['rack.a.slot', false, false, true],
    ['mtu', false, false, false],
    ['user.parent', false, false, false],
  ])('%s: %s on 6.0, %s later, %s by the metadata', (key, first, second, third) => {
    expect([on60, later, described].map((facts) => isMemberSpecific(key, facts))).toEqual([first, second, third]);
  });

  it('splits a config in two and loses nothing', () => {
    expect(splitConfig({ parent: 'eth0', mtu: '1500', 'user.a': 'b' }, on60)).toEqual({ own: { parent: 'eth0' }, global: { mtu: '1500', 'user.a': 'b' } });
  });

  it.each([
    ['tunnel.NAME.local', 'tunnel.a.local', true],
    ['tunnel.NAME.local', 'tunnel..local', false],
    ['tunnel.NAME.local', 'tunnelxaxlocal', false],
    ['user.*', 'user.a.b', true],
    ['user.*', 'users', false],
  ])('the pattern %s and the key %s: %s', (pattern, key, matches) => {
    expect(matchesKey(pattern, key)).toBe(matches);
  });
});
