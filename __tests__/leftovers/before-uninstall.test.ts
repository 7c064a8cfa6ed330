import { expect, it } from '@jest/globals';

import type { Network } from '../../lib/incus/schemas.js';
import { beforeUninstall } from '../../lib/leftovers/before-uninstall.js';
import type { Inventory } from '../../lib/leftovers/before-uninstall.js';

const empty: Inventory = { instances: [], profiles: [], networks: [], mounts: [] };
const network = (name: string, type: string, config: Record<string, string> = {}, project = 'default'): Network => ({
  name,
  type,
  config,
  project,
  managed: true,
  status: 'Created',
  description: '',
  locations: [],
  used_by: [],
});
const fixes = (inventory: Partial<Inventory>): string[] => beforeUninstall({ ...empty, ...inventory }, '/var/lib/incus').map(({ fix }) => fix);

it('finds nothing on a server without networks, running instances and mounted pools', () => {
  const instances = [{ name: 'c1', project: 'default', status: 'Stopped', location: 'none', devices: {} }];

  expect(fixes({ instances, mounts: [{ path: '/var/lib/incus/shmounts', type: 'tmpfs' }] })).toEqual([]);
});

it('stops what runs, frees the networks, deletes them with ovn before its uplink, and takes the pools down, in this order', () => {
  const order = fixes({
    mounts: [{ path: '/var/lib/incus/storage-pools/default', type: 'btrfs' }],
    networks: [network('incusbr0', 'bridge', { 'ipv4.address': '10.1.1.1/24' }), network('net', 'ovn', {}, 'web')],
    profiles: [{ name: 'default', project: 'default', devices: { eth0: { type: 'nic', network: 'incusbr0' } } }],
    instances: [{ name: 'c1', project: 'web', status: 'Running', location: 'none', devices: { eth1: { type: 'nic', nictype: 'bridged', parent: 'incusbr0' } } }],
  });

  expect(order).toEqual([
    'incus stop c1 --project web',
    'incus config device remove c1 eth1 --project web',
    'incus profile device remove default eth0',
    'incus network delete net --project web',
    'incus network delete incusbr0',
    'incus admin shutdown',
  ]);
});

it.each([
  ['macvlan', {}, 0],
  ['sriov', {}, 0],
  ['physical', { parent: 'eth0' }, 0],
  ['physical', { parent: 'eth0', vlan: '5' }, 1],
  ['bridge', {}, 1],
  ['ovn', {}, 1],
])('knows what a network of type %s with %j leaves', (type, config, count) => {
  expect(fixes({ networks: [network('net', type, config)] })).toHaveLength(count);
});

it('warns of a bridge without addresses that nothing would prove it to be one of Incus afterwards', () => {
  const [found] = beforeUninstall({ ...empty, networks: [network('bare', 'bridge', { 'ipv4.address': 'none', 'ipv6.address': 'none' })] }, '/var/lib/incus');

  expect(found).toMatchObject({ kind: 'orphan-interface', remote: 'local', project: 'default', network: 'bare', evidence: expect.stringContaining('nothing would prove') });
});

it('leaves interfaces that Incus does not manage out', () => {
  expect(fixes({ networks: [{ ...network('br0', 'bridge'), managed: false }] })).toEqual([]);
});
