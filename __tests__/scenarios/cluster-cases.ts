/*
 * Creates in a cluster that go wrong: what the native way leaves, and what we do. One list for the tests on the
 * sandbox and on real servers, and for docs/cluster-failures.md.
 */

export interface ClusterCase {
  /** The network's name. */
  name: string;
  /** What is wrong, in words. */
  what: string;
  /** Arguments after the name. */
  argv: string[];
  type: string;
  /** Config of definitions: of every member, and of single ones. */
  own: Record<string, string>;
  ownOf: Record<string, Record<string, string>>;
  global: Record<string, string>;
  /** An interface of that name stands on node3. */
  interfaceOnNode3?: true;
  /** The daemon of node3 is stopped. */
  node3Stopped?: true;
  /** The sandbox does not run what this needs. */
  realOnly?: true;
  /** What the server says at the end of the native sequence, and on how many members it leaves the network live. */
  native: { says: RegExp; live: number };
  ours: { status: 1 | 3; says: string };
  /** The same for a restricted certificate, where it may not read what we judge by. */
  restricted?: { status: 1 | 3; says: string };
}

const base = { type: 'bridge', own: {}, ownOf: {} } as const;

/** A bridge with these keys. */
function bridge(name: string, what: string, global: Record<string, string>, rest: Pick<ClusterCase, 'native' | 'ours'> & Partial<ClusterCase>): ClusterCase {
  return { ...base, name, what, global, argv: Object.entries(global).map(([key, value]) => `${key}=${value}`), ...rest };
}

const noIpv6 = { 'ipv6.address': 'none' };

export const clusterCases: ClusterCase[] = [
  bridge('taken', 'an interface of that name on one member', { 'ipv4.address': '10.71.1.1/24', ...noIpv6 }, {
    interfaceOnNode3: true,
    native: { says: /^failed to notify peer .*: Network interface "taken" already exists$/, live: 2 },
    ours: { status: 3, says: 'interface-free' },
  }),
  bridge('taken2', 'the same, with `--ignore-check interface-free`', { 'ipv4.address': '10.71.2.1/24', ...noIpv6 }, {
    argv: ['ipv4.address=10.71.2.1/24', 'ipv6.address=none', '--ignore-check', 'interface-free'],
    interfaceOnNode3: true,
    native: { says: /^failed to notify peer .*: Network interface "taken2" already exists$/, live: 2 },
    ours: { status: 1, says: 'Network interface "taken2" already exists' },
  }),
  bridge('key', 'a misspelt key', { 'ipv4.adress': '10.71.3.1/24' }, {
    native: { says: /^Invalid option for network "key" option "ipv4.adress"$/, live: 0 },
    ours: { status: 3, says: 'did you mean ipv4.address?' },
  }),
  bridge('value', 'a value of the wrong kind', { 'ipv4.nat': 'perhaps' }, {
    native: { says: /^Invalid value for network "value" option "ipv4.nat": Invalid value for a boolean "perhaps"$/, live: 0 },
    ours: { status: 3, says: 'ipv4.nat=perhaps is not a boolean' },
  }),
  bridge('host', "the subnet's address instead of a host's", { 'ipv4.address': '10.71.4.0/24' }, {
    native: { says: /^Invalid value for network "host" option "ipv4.address": Not a usable IPv4 address "10.71.4.0\/24"$/, live: 0 },
    ours: { status: 3, says: 'config-values' },
  }),
  bridge('ranges', 'ranges for OVN without ranges for DHCP', { 'ipv4.address': '10.71.5.1/24', 'ipv4.ovn.ranges': '10.71.5.5-10.71.5.9' }, {
    native: { says: /^"ipv4.ovn.ranges" must be used in conjunction with non-overlapping "ipv4.dhcp.ranges" when DHCPv4 is enabled$/, live: 0 },
    ours: { status: 3, says: 'ipv4.ovn.ranges needs ipv4.dhcp.ranges' },
  }),
  bridge('acl', 'an ACL that does not exist', { 'security.acls': 'nosuch' }, {
    realOnly: true,
    native: { says: /^Network ACL "nosuch" does not exist$/, live: 0 },
    ours: { status: 3, says: 'security.acls names "nosuch", and the project has no such ACL' },
  }),
  bridge('zone', 'a DNS zone that does not exist', { 'dns.zone.forward': 'example.net' }, {
    realOnly: true,
    native: { says: /^Invalid "dns.zone.forward", network zone "example.net" not found$/, live: 0 },
    ours: { status: 3, says: 'dns.zone.forward names "example.net", and there is no such zone' },
    restricted: { status: 1, says: 'network zone "example.net" not found' },
  }),
  {
    ...base,
    name: 'noparent',
    what: 'a macvlan network without `parent`',
    type: 'macvlan',
    global: {},
    argv: ['--type', 'macvlan'],
    native: { says: /^Invalid value for network "noparent" option "parent": Required value$/, live: 0 },
    ours: { status: 3, says: 'type "macvlan" needs the config key "parent"' },
  },
  {
    ...base,
    name: 'parent',
    what: '`parent` names an interface that one member does not have',
    type: 'macvlan',
    own: { parent: 'lo' },
    ownOf: { node3: { parent: 'eth7' } },
    global: {},
    argv: ['--type', 'macvlan', 'parent=lo', '--member-config', 'node3:parent=eth7'],
    native: { says: /^failed to notify peer .*: Parent interface "eth7" not found$/, live: 2 },
    ours: { status: 1, says: 'Parent interface "eth7" not found' },
  },
  bridge('ovs', '`bridge.driver=openvswitch` without Open vSwitch', { 'bridge.driver': 'openvswitch', ...noIpv6 }, {
    native: { says: /^Couldn't connect to OpenVSwitch: Failed to connect to OVS: /, live: 0 },
    ours: { status: 1, says: "Couldn't connect to OpenVSwitch" },
  }),
  bridge('dnsmasq', '`raw.dnsmasq` that dnsmasq does not understand', { 'ipv4.address': '10.71.6.1/24', ...noIpv6, 'raw.dnsmasq': 'nonsense-option' }, {
    realOnly: true,
    native: { says: /^The DNS and DHCP service exited prematurely: /, live: 0 },
    ours: { status: 1, says: 'The DNS and DHCP service exited prematurely' },
  }),
  bridge('down', "one member's daemon is stopped, and the member still counts as Online", { 'ipv4.address': '10.71.7.1/24', ...noIpv6 }, {
    node3Stopped: true,
    native: { says: /^failed to notify peer .*connection refused/, live: 2 },
    ours: { status: 3, says: 'node3 (Online, but it does not answer' },
  }),
];

/** The table of docs/cluster-failures.md. */
export function clusterTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = clusterCases.map(({ what, native, ours }) => {
    const said = native.says.source.replace(/^\^|\$$/g, '').replaceAll('.*', '…').replaceAll('\\/', '/').replace(/: $/, ': …');
    const left = native.live === 0 ? 'Errored, live nowhere' : `Errored, live on ${native.live} of 3`;
    const end = ours.status === 3 ? 'refused, nothing sent (3)' : 'rolled back and read back (1)';
    return `| ${cell(what)} | \`${cell(said)}\`; ${left} | \`${cell(ours.says)}\`; ${end} |`;
  });
  return ['| what is wrong | natively: the last word, and what stays | with us |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
