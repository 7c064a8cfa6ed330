import { describe, expect, it } from '@jest/globals';
import type { Maker } from '../../lib/create/maker.js';
import { makerOf } from '../../lib/create/maker.js';

const bridge = { id: '8000.10666a010203', stp: false };
const addresses = [{ address: '10.8.0.1', netmask: '24' }];

describe('an interface', () => {
  it.each<[string, Parameters<typeof makerOf>[0], Record<string, string>, Maker]>([
    ['a bridge with a hardware address of Incus', { hwaddr: '10:66:6a:01:02:03', bridge }, {}, 'incus'],
    ['a bridge with the hardware address that was asked for', { hwaddr: 'aa:bb:cc:01:02:03', bridge }, { 'bridge.hwaddr': 'AA:BB:CC:01:02:03' }, 'incus'],
    ['a bridge with another one than was asked for', { hwaddr: '10:66:6a:01:02:03', bridge }, { 'bridge.hwaddr': 'aa:bb:cc:01:02:03' }, 'unknown'],
    ['a bridge with the address of the network', { hwaddr: 'aa:bb:cc:01:02:03', bridge, addresses }, { 'ipv4.address': '10.8.0.1/24' }, 'incus'],
    ['a bridge with another address', { hwaddr: 'aa:bb:cc:01:02:03', bridge, addresses }, { 'ipv4.address': '10.8.0.1/16' }, 'unknown'],
    ['a bridge with nothing of Incus', { hwaddr: 'aa:bb:cc:01:02:03', bridge }, {}, 'unknown'],
    ['a bridge of Open vSwitch with a hardware address of Incus', { hwaddr: '10:66:6a:01:02:03', bridge: null }, { 'bridge.driver': 'openvswitch' }, 'incus'],
    ['no bridge, whatever its hardware address', { hwaddr: '10:66:6a:01:02:03', bridge: null, addresses }, { 'ipv4.address': '10.8.0.1/24' }, 'somebody-else'],
  ])('that is %s', (_, found, config, maker) => {
    expect(makerOf(found, config)).toBe(maker);
  });
});
