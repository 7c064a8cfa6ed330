import { describe, expect, it } from '@jest/globals';

import type { Network } from '../../lib/incus/schemas.js';
import { fixOf } from '../../lib/leftovers/finding.js';
import type { Leftover } from '../../lib/leftovers/finding.js';
import { leftoversOf } from '../../lib/leftovers/judge.js';
import { recordsOf, requireWholeView } from '../../lib/leftovers/records.js';
import { addFolder, factsOf, recorded, recording } from './recorded-machine.js';
import type { Recording } from './recorded-machine.js';

const network = (name: string, more: Partial<Network> = {}): Network => ({
  name,
  type: 'bridge',
  managed: true,
  status: 'Created',
  description: '',
  config: {},
  locations: [],
  used_by: [],
  ...more,
});

/** A machine whose Incus answers, with the folders of both its networks. */
function running(): Recording {
  const machine = recording();
  addFolder(machine, '/var/lib/incus/networks', { incusbr0: 'folder', barebr: 'folder' });
  addFolder(machine, '/var/lib/incus/networks/incusbr0', { 'dnsmasq.raw': 'other', 'dnsmasq.leases': 'other', 'dnsmasq.pid': 'other', 'dnsmasq.hosts': 'folder' });
  addFolder(machine, '/var/lib/incus/networks/barebr', {});
  return machine;
}

async function look(machine: Recording, networks: Network[], { hidden = [] as string[], instances = [] as string[] } = {}): Promise<Leftover[]> {
  const listed = [...networks.map(({ name }) => name), ...hidden].map((name) => `/1.0/networks/${name}`);
  return leftoversOf(await factsOf(machine, '6.0.4'), recordsOf(listed, networks, instances));
}

describe('while Incus runs', () => {
  it('finds nothing where a record explains everything', async () => {
    expect(await look(running(), [network('incusbr0'), network('barebr')])).toEqual([]);
  });

  it('finds the bridge, the dnsmasq, the chains and the folder of a network without a record, and nothing of the daemon itself', async () => {
    const found = await look(running(), [network('barebr')]);

    expect(found.map(({ kind, network: name }) => [kind, name])).toEqual([
      ['orphan-interface', 'incusbr0'],
      ['orphan-dnsmasq', 'incusbr0'],
      ['orphan-firewall', 'incusbr0'],
      ['leftover-directory', 'incusbr0'],
    ]);
    expect(found.map(({ blocked }) => blocked)).toEqual([null, null, null, null]);
  });

  it('knows a bridge without addresses by its folder and its hardware address', async () => {
    const found = await look(running(), [network('incusbr0')]);

    expect(found.map(fixOf)).toEqual(['ip link delete dev barebr', 'rm --one-file-system -rf /var/lib/incus/networks/barebr']);
  });

  it('does not take an interface for a record because the server lists it', async () => {
    const found = await look(running(), [network('barebr'), network('incusbr0', { managed: false, status: '' })]);

    expect(found.map(({ network: name }) => name)).toContain('incusbr0');
  });

  it.each<[string, { networks: Network[]; hidden?: string[] }]>([
    ['is Pending', { networks: [network('incusbr0', { status: 'Pending' })] }],
    ['is Errored', { networks: [network('incusbr0', { status: 'Errored' })] }],
    ['cannot be loaded', { networks: [], hidden: ['incusbr0'] }],
    ['has it as its parent', { networks: [network('phys', { type: 'physical', config: { parent: 'incusbr0' } })] }],
    ['bridges it', { networks: [network('br9', { config: { 'bridge.external_interfaces': 'eth1, incusbr0/eth0/5' } })] }],
  ])('leaves an interface alone when a network %s', async (_, { networks, hidden = [] }) => {
    expect(await look(running(), [...networks, network('barebr')], { hidden })).toEqual([]);
  });

  it('keeps a bridge whose address is that of a network with a record', async () => {
    const found = await look(running(), [network('barebr'), network('other', { config: { 'ipv4.address': '10.197.81.1/24' } })]);

    expect(found.find(({ kind }) => kind === 'orphan-interface')?.blocked).toBe('its address 10.197.81.1 is that of a network with a record');
    expect(found.filter(({ blocked }) => blocked === null)).toEqual([]);
  });

  it('does not take the chains of an instance\'s device for those of a network', async () => {
    const machine = running();
    const nft = recorded('nft.json').replaceAll('.incusbr0', '.web_c1.incusbr0');
    machine.programs.set('nft --json -nn list ruleset', nft.replaceAll('"right": "incusbr0"', '"right": "web_c1.incusbr0"'));

    const explained = await look(machine, [network('barebr'), network('incusbr0')], { instances: ['/1.0/instances/c1?project=web'] });
    const unexplained = await look(machine, [network('barebr'), network('incusbr0')]);

    expect(explained).toEqual([]);
    expect(unexplained.map(({ kind }) => kind)).toEqual(['orphan-firewall']);
  });

  it('leaves the rules of iptables of a network with a record', async () => {
    const machine = running();
    machine.programs.set('iptables-save', '*filter\n-A FORWARD -o incusbr0 -m comment --comment "generated for Incus network incusbr0" -j ACCEPT\nCOMMIT\n');

    expect(await look(machine, [network('incusbr0'), network('barebr')])).toEqual([]);
  });

  it('never removes a folder in which somebody else has put a file', async () => {
    const machine = running();
    addFolder(machine, '/var/lib/incus/networks/barebr', { 'notes.txt': 'other' });

    const folder = (await look(machine, [network('incusbr0')])).find(({ kind }) => kind === 'leftover-directory');

    expect(folder).toMatchObject({ blocked: 'Incus did not write notes.txt' });
  });

  it('refuses a server that shows only a part of what it has', () => {
    expect(() => requireWholeView('trusted', 'default')).not.toThrow();
    expect(() => requireWholeView('trusted', 'user-1000')).toThrow('shows only a part');
    expect(() => requireWholeView('untrusted', undefined)).toThrow('shows only a part');
  });
});
