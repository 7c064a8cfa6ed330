import { values } from '../words/values.js';
import type { NetworkType } from './situation.js';
import {
  address,
  address4,
  address6,
  any,
  bool,
  dhcpRoutes,
  duration,
  externalInterface,
  hostCidr,
  integer,
  interfaceName,
  listOf,
  mac,
  mtu,
  network,
  number,
  oneOf,
  or,
  orLater,
  range,
  vlan,
  type Rule,
} from './values.js';

/*
 * The config keys of each type, as data: the Validate functions of internal/server/network/driver_*.go of
 * Incus 6.0.4, then what 7.0 added. NAME stands for one segment.
 */

type Keys = Record<string, Rule>;

const dns: Keys = {
  'dns.domain': any,
  'dns.nameservers': listOf(address),
  'dns.search': any,
  'dns.zone.forward': any,
  'dns.zone.reverse.ipv4': any,
  'dns.zone.reverse.ipv6': any,
};

const action = oneOf('allow', 'allow-stateless', 'drop', 'reject');
const acls: Keys = {
  'security.acls': any,
  'security.acls.default.ingress.action': action,
  'security.acls.default.egress.action': action,
  'security.acls.default.ingress.logged': bool,
  'security.acls.default.egress.logged': bool,
};

const bgpPeers: Keys = {
  'bgp.peers.NAME.address': address,
  'bgp.peers.NAME.asn': number(1, 4294967294, values.asNumber),
  'bgp.peers.NAME.holdtime': number(9, 65535, values.holdTime),
  'bgp.peers.NAME.password': any,
};

const tunnels: Keys = {
  'tunnel.NAME.group': address,
  'tunnel.NAME.id': integer,
  'tunnel.NAME.interface': interfaceName,
  'tunnel.NAME.local': address,
  'tunnel.NAME.port': number(1, 65536, values.port),
  'tunnel.NAME.protocol': oneOf('gre', 'vxlan'),
  'tunnel.NAME.remote': address,
  'tunnel.NAME.ttl': number(0, 255, values.ttl),
};

const ovnRanges: Keys = { 'ipv4.ovn.ranges': listOf(range(4)), 'ipv6.ovn.ranges': listOf(range(6)) };
const gateway = orLater(['none'], address4);

const bridge: Keys = {
  ...dns,
  ...acls,
  ...bgpPeers,
  ...tunnels,
  ...ovnRanges,
  'bgp.ipv4.nexthop': address4,
  'bgp.ipv6.nexthop': address6,
  'bridge.driver': oneOf('native', 'openvswitch'),
  'bridge.external_interfaces': listOf(externalInterface),
  'bridge.hwaddr': mac,
  'bridge.mtu': mtu,
  'dns.mode': oneOf('dynamic', 'managed', 'none'),
  'ipv4.address': or(['none', 'auto'], hostCidr(4)),
  'ipv4.dhcp': bool,
  'ipv4.dhcp.expiry': any,
  'ipv4.dhcp.gateway': gateway,
  'ipv4.dhcp.ranges': listOf(range(4)),
  'ipv4.dhcp.routes': dhcpRoutes,
  'ipv4.firewall': bool,
  'ipv4.nat': bool,
  'ipv4.nat.address': address4,
  'ipv4.nat.order': oneOf('before', 'after'),
  'ipv4.routes': listOf(network(4)),
  'ipv4.routing': bool,
  'ipv6.address': or(['none', 'auto'], hostCidr(6)),
  'ipv6.dhcp': bool,
  'ipv6.dhcp.expiry': any,
  'ipv6.dhcp.ranges': listOf(range(6)),
  'ipv6.dhcp.stateful': bool,
  'ipv6.firewall': bool,
  'ipv6.nat': bool,
  'ipv6.nat.address': address6,
  'ipv6.nat.order': oneOf('before', 'after'),
  'ipv6.routes': listOf(network(6)),
  'ipv6.routing': bool,
  'raw.dnsmasq': any,
};

const macvlan: Keys = { parent: interfaceName, mtu, vlan, gvrp: bool };
const sriov: Keys = { parent: interfaceName, mtu, vlan };

const physical: Keys = {
  ...macvlan,
  ...bgpPeers,
  ...ovnRanges,
  'dns.nameservers': listOf(address),
  'ipv4.gateway': hostCidr(4),
  'ipv4.routes': listOf(network(4)),
  'ipv4.routes.anycast': bool,
  'ipv6.gateway': hostCidr(6),
  'ipv6.routes': listOf(network(6)),
  'ipv6.routes.anycast': bool,
  'ovn.ingress_mode': oneOf('l2proxy', 'routed'),
};

const ovn: Keys = {
  ...dns,
  ...acls,
  'bridge.external_interfaces': listOf(externalInterface),
  'bridge.hwaddr': mac,
  'bridge.mtu': mtu,
  'ipv4.address': or(['none', 'auto'], hostCidr(4)),
  'ipv4.dhcp': bool,
  'ipv4.dhcp.expiry': duration,
  'ipv4.dhcp.ranges': listOf(range(4)),
  'ipv4.dhcp.routes': dhcpRoutes,
  'ipv4.l3only': bool,
  'ipv4.nat': bool,
  'ipv4.nat.address': address4,
  'ipv6.address': or(['none', 'auto'], hostCidr(6)),
  'ipv6.dhcp': bool,
  'ipv6.dhcp.stateful': bool,
  'ipv6.l3only': bool,
  'ipv6.nat': bool,
  'ipv6.nat.address': address6,
  network: any,
};

/** Keys of Incus 6.0. */
export const keys60: Record<NetworkType, Keys> = { bridge, macvlan, sriov, physical, ovn };

/** Keys that came between 6.0 and 7.0. */
export const keysSince60: Record<NetworkType, Keys> = {
  bridge: { 'bgp.ipv4.instances': bool, 'bgp.ipv6.instances': bool, 'bridge.multicast_snooping': bool },
  macvlan: {},
  sriov: {},
  physical: { 'ipv4.gateway.hwaddr': mac, 'ipv6.gateway.hwaddr': mac, 'vlan.tagged': any },
  ovn: { ...tunnels, 'tunnel.NAME.remote': listOf(address), 'dns.mode': oneOf('managed', 'none'), 'ipv4.dhcp.gateway': gateway },
};

/** Types that are nothing without a parent interface. */
export const typesWithParent: readonly NetworkType[] = ['macvlan', 'sriov', 'physical'];
