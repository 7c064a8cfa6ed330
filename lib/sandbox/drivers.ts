import { badRequest, failure } from './answers.js';
import * as valid from './validate.js';
import type { Check } from './validate.js';

/*
 * The network types: names, options and defaults, from internal/server/network/driver_*.go (6.0.4).
 */

export type NetworkType = 'bridge' | 'macvlan' | 'sriov' | 'ovn' | 'physical';
export type Config = Record<string, string>;

/** Numbers as in the column `networks.type`. */
export const networkTypes: readonly NetworkType[] = ['bridge', 'macvlan', 'sriov', 'ovn', 'physical'];

/** Options that belong to one member, kept with its `node_id` (internal/server/db/networks.go). */
export const memberSpecificKeys = ['bgp.ipv4.nexthop', 'bgp.ipv6.nexthop', 'bridge.external_interfaces', 'parent'];

export function requireType(type: string): NetworkType {
  const known = networkTypes.find((name) => name === type);
  if (known == null) throw badRequest('Unknown driver');
  return known;
}

/** Only ovn is allowed in a project with networks of its own. */
export const allowedInProjects = (type: NetworkType) => type === 'ovn';

/** Whether each member is defined with `?target=` first. */
export const definedPerMember = (type: NetworkType) => type !== 'ovn';

export function validateName(type: NetworkType, name: string): void {
  const interfaceError = type === 'bridge' ? valid.interfaceName(name) : null;
  if (interfaceError != null) throw badRequest(interfaceError);

  const forbidden = ['/', '?', '&', '+', ':'].find((character) => name.includes(character));
  if (forbidden != null) throw badRequest(`Cannot contain "${forbidden}"`);
}

/** Puts in what the request leaves open. `subnets` yields addresses for `auto`. */
export function fillConfig(type: NetworkType, config: Config, subnets: { v4(): string; v6(): string }): void {
  if (type !== 'bridge' && type !== 'ovn') return;

  for (const [family, next] of [
    ['ipv4', subnets.v4],
    ['ipv6', subnets.v6],
  ] as const) {
    config[`${family}.address`] ||= 'auto';
    if (config[`${family}.address`] !== 'auto') continue;
    config[`${family}.nat`] ||= 'true';
    config[`${family}.address`] = next();
  }
}

/** The per-option checks; a later fault than the records, which are written before. */
export function validateConfig(type: NetworkType, name: string, config: Config): void {
  const rules = { ...optionsOf(type), ...dynamicOptions(type, name, config) };
  for (const [key, check] of Object.entries(rules)) {
    const error = check(config[key] ?? '');
    if (error != null) throw failure(`Invalid value for network "${name}" option "${key}": ${error}`);
  }

  const unknown = Object.keys(config).find((key) => !(key in rules) && !key.startsWith('user.'));
  if (unknown != null) throw failure(`Invalid option for network "${name}" option "${unknown}"`);

  validateTogether(type, config);
}

function validateTogether(type: NetworkType, config: Config): void {
  if (
    type === 'bridge' &&
    config['bridge.hwaddr'] &&
    config['bridge.external_interfaces'] &&
    config['ipv4.address'] === 'none' &&
    config['ipv6.address'] === 'none'
  ) {
    throw failure(
      'Cannot use static "bridge.hwaddr" MAC address when bridge has no IP addresses and has external interfaces set',
    );
  }
  if (
    type === 'bridge' &&
    config['ipv4.ovn.ranges'] &&
    isTrueOrEmpty(config['ipv4.dhcp']) &&
    !config['ipv4.dhcp.ranges'] &&
    config['ipv4.address'] !== 'none'
  ) {
    throw failure(
      '"ipv4.ovn.ranges" must be used in conjunction with non-overlapping "ipv4.dhcp.ranges" when DHCPv4 is enabled',
    );
  }
  if (type === 'ovn' && Number(config['ipv6.address']?.split('/')[1]) > 64)
    throw failure('IPv6 subnet must be at least a /64');
  if (
    type === 'ovn' &&
    isTrue(config['ipv6.l3only']) &&
    isTrueOrEmpty(config['ipv6.dhcp']) &&
    !isTrue(config['ipv6.dhcp.stateful'])
  ) {
    throw failure('The ipv6.dhcp.stateful setting must be enabled when using ipv6.l3only mode with ipv6.dhcp enabled');
  }
}

export const isTrue = (value: string | undefined) => ['true', '1', 'yes', 'on'].includes((value ?? '').toLowerCase());
const isTrueOrEmpty = (value: string | undefined) => (value ?? '') === '' || isTrue(value);

const addressOption = (family: 'IPv4' | 'IPv6'): Check =>
  valid.optional((value) => (value === 'none' || value === 'auto' ? null : valid.addressInSubnet(family)(value)));

const actions = valid.oneOf('allow', 'allow-stateless', 'drop', 'reject');
const shared: Record<string, Check> = {
  'bridge.external_interfaces': valid.optional(valid.externalInterfaces),
  'bridge.hwaddr': valid.optional(valid.mac),
  'bridge.mtu': valid.optional(valid.mtu),
  'ipv4.address': addressOption('IPv4'),
  'ipv4.nat': valid.optional(valid.boolean),
  'ipv4.nat.address': valid.optional(valid.addressV4),
  'ipv4.dhcp': valid.optional(valid.boolean),
  'ipv4.dhcp.ranges': valid.optional(valid.listOf(valid.range('IPv4'))),
  'ipv4.dhcp.routes': valid.optional(valid.dhcpRoutes),
  'ipv6.address': addressOption('IPv6'),
  'ipv6.nat': valid.optional(valid.boolean),
  'ipv6.nat.address': valid.optional(valid.addressV6),
  'ipv6.dhcp': valid.optional(valid.boolean),
  'ipv6.dhcp.stateful': valid.optional(valid.boolean),
  'dns.nameservers': valid.optional(valid.listOf(valid.address)),
  'dns.domain': valid.anything,
  'dns.search': valid.anything,
  'dns.zone.forward': valid.anything,
  'dns.zone.reverse.ipv4': valid.anything,
  'dns.zone.reverse.ipv6': valid.anything,
  'security.acls': valid.anything,
  'security.acls.default.ingress.action': valid.optional(actions),
  'security.acls.default.egress.action': valid.optional(actions),
  'security.acls.default.ingress.logged': valid.optional(valid.boolean),
  'security.acls.default.egress.logged': valid.optional(valid.boolean),
};

const bridge: Record<string, Check> = {
  ...shared,
  'bgp.ipv4.nexthop': valid.optional(valid.addressV4),
  'bgp.ipv6.nexthop': valid.optional(valid.addressV6),
  'bridge.driver': valid.optional(valid.oneOf('native', 'openvswitch')),
  'ipv4.firewall': valid.optional(valid.boolean),
  'ipv4.nat.order': valid.optional(valid.oneOf('before', 'after')),
  'ipv4.dhcp.gateway': valid.optional(valid.addressV4),
  'ipv4.dhcp.expiry': valid.anything,
  'ipv4.routes': valid.optional(valid.listOf(valid.subnet('IPv4'))),
  'ipv4.routing': valid.optional(valid.boolean),
  'ipv4.ovn.ranges': valid.optional(valid.listOf(valid.range('IPv4'))),
  'ipv6.firewall': valid.optional(valid.boolean),
  'ipv6.nat.order': valid.optional(valid.oneOf('before', 'after')),
  'ipv6.dhcp.expiry': valid.anything,
  'ipv6.dhcp.ranges': valid.optional(valid.listOf(valid.range('IPv6'))),
  'ipv6.routes': valid.optional(valid.listOf(valid.subnet('IPv6'))),
  'ipv6.routing': valid.optional(valid.boolean),
  'ipv6.ovn.ranges': valid.optional(valid.listOf(valid.range('IPv6'))),
  'dns.mode': valid.optional(valid.oneOf('dynamic', 'managed', 'none')),
  'raw.dnsmasq': valid.anything,
};

const ovn: Record<string, Check> = {
  ...shared,
  network: valid.anything,
  'ipv4.dhcp.expiry': valid.optional(valid.duration),
  'ipv4.l3only': valid.optional(valid.boolean),
  'ipv6.l3only': valid.optional(valid.boolean),
  'volatile.network.ipv4.address': valid.optional(valid.addressV4),
  'volatile.network.ipv6.address': valid.optional(valid.addressV6),
};

const withParent: Record<string, Check> = {
  parent: valid.required(valid.notEmpty, valid.interfaceName),
  mtu: valid.optional(valid.mtu),
  vlan: valid.optional(valid.vlan),
};

const physical: Record<string, Check> = {
  ...withParent,
  gvrp: valid.optional(valid.boolean),
  'ipv4.gateway': valid.optional(valid.addressInSubnet('IPv4')),
  'ipv6.gateway': valid.optional(valid.addressInSubnet('IPv6')),
  'ipv4.ovn.ranges': valid.optional(valid.listOf(valid.range('IPv4'))),
  'ipv6.ovn.ranges': valid.optional(valid.listOf(valid.range('IPv6'))),
  'ipv4.routes': valid.optional(valid.listOf(valid.subnet('IPv4'))),
  'ipv4.routes.anycast': valid.optional(valid.boolean),
  'ipv6.routes': valid.optional(valid.listOf(valid.subnet('IPv6'))),
  'ipv6.routes.anycast': valid.optional(valid.boolean),
  'dns.nameservers': valid.optional(valid.listOf(valid.address)),
  'ovn.ingress_mode': valid.optional(valid.oneOf('l2proxy', 'routed')),
  'volatile.last_state.created': valid.optional(valid.boolean),
};

/** The fixed options of a type. */
export function optionsOf(type: NetworkType): Record<string, Check> {
  switch (type) {
    case 'bridge':
      return bridge;
    case 'ovn':
      return ovn;
    case 'physical':
      return physical;
    case 'macvlan':
      return { ...withParent, gvrp: valid.optional(valid.boolean) };
    case 'sriov':
      return withParent;
  }
}

const tunnelOptions: Record<string, Check> = {
  protocol: valid.optional(valid.oneOf('gre', 'vxlan')),
  local: valid.optional(valid.address),
  remote: valid.optional(valid.address),
  port: valid.port,
  group: valid.optional(valid.address),
  id: valid.optional(valid.integer),
  interface: valid.interfaceName,
  ttl: valid.optional(valid.inRange(0, 255)),
};

const bgpPeerOptions: Record<string, Check> = {
  address: valid.optional(valid.address),
  asn: valid.optional(valid.inRange(1, 4294967294)),
  password: valid.anything,
  holdtime: valid.optional(valid.inRange(9, 65535)),
};

/** Options with a name inside: `tunnel.NAME.protocol`, `bgp.peers.NAME.address`. */
function dynamicOptions(type: NetworkType, name: string, config: Config): Record<string, Check> {
  const rules: Record<string, Check> = {};
  for (const key of Object.keys(config)) {
    const parts = key.split('.');
    if (type === 'bridge' && parts[0] === 'tunnel') {
      if (parts.length !== 3) throw failure(`Invalid network configuration key: ${key}`);
      if (name.length + (parts[1]?.length ?? 0) > 14)
        throw failure(`Network name too long for tunnel interface: ${name}-${parts[1]}`);
      addRule(rules, key, tunnelOptions[parts[2] ?? '']);
    }
    if ((type === 'bridge' || type === 'physical') && key.startsWith('bgp.peers.')) {
      if (parts.length !== 4) throw failure(`Invalid network configuration key: "${key}"`);
      addRule(rules, key, bgpPeerOptions[parts[3] ?? '']);
    }
  }
  return rules;
}

function addRule(rules: Record<string, Check>, key: string, check: Check | undefined): void {
  if (check != null) rules[key] = check;
}
