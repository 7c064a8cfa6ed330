import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import type { Complaint } from '../words/values.js';
import { lastHost, parseRange, parseSubnet, rangeFits, rangesOverlap, subnetText, type Range, type Subnet } from './addresses.js';
import { isFalse, isTrue, items, type NetworkType } from './situation.js';

const says = checks['config-values'];

/*
 * Values that are fine alone and wrong together: the second halves of bridge.Validate and ovn.Validate, and
 * what ovn.setup asks of addresses. Only given addresses are judged; those that the server draws are its own.
 */

type Config = Record<string, string>;
type Combination = (config: Config, intent: Intent, incus7: boolean) => Complaint | null;

export function combinationProblem(type: NetworkType, intent: Intent, incus7: boolean): Complaint | null {
  for (const combination of combinations[type]) {
    const complaint = combination(intent.config, intent, incus7);
    if (complaint) return complaint;
  }
  return null;
}

const combinations: Record<NetworkType, Combination[]> = {
  bridge: [tunnelNames(14), sharedMac, uplinkRanges4, uplinkRanges6],
  ovn: [tunnelNames(12), smallSubnet6, addresslessUplink, l3only, dhcpRanges, reservedAddress],
  macvlan: [],
  sriov: [],
  physical: [],
};

/** The interface of a tunnel is named after the network and the tunnel; ovn adds a number, and has tunnels since Incus 7. */
function tunnelNames(room: number): Combination {
  return (config, intent) => {
    const left = room - Buffer.byteLength(intent.network);
    const long = Object.keys(config).find((key) => key.startsWith('tunnel.') && config[key] && Buffer.byteLength(key.split('.')[1] ?? '') > left);

    return long ? says.tunnelName(long) : null;
  };
}

function sharedMac(config: Config, intent: Intent): Complaint | null {
  const external = config['bridge.external_interfaces'] || intent.memberConfig.some(({ key }) => key === 'bridge.external_interfaces');
  const addressless = config['ipv4.address'] === 'none' && config['ipv6.address'] === 'none';
  if (!config['bridge.hwaddr'] || !external || !addressless) return null;

  return says.sharedMac;
}

function uplinkRanges4(config: Config): Complaint | null {
  const subnet = parseSubnet(config['ipv4.address']);
  if (!config['ipv4.ovn.ranges'] || isFalse(config['ipv4.dhcp']) || config['ipv4.address'] === 'none') return null;
  if (!config['ipv4.dhcp.ranges']) return says.rangesBeside4;

  return outside('ipv4.ovn.ranges', config, subnet) ?? outside('ipv4.dhcp.ranges', config, subnet) ?? inBoth(config, 4);
}

function uplinkRanges6(config: Config): Complaint | null {
  const subnet = parseSubnet(config['ipv6.address']);
  if (!config['ipv6.ovn.ranges'] || !subnet || isFalse(config['ipv6.dhcp'])) return null;

  const stateful = isTrue(config['ipv6.dhcp.stateful']);
  if (stateful && !config['ipv6.dhcp.ranges']) return says.rangesBeside6;

  const outsiders = outside('ipv6.ovn.ranges', config, subnet);
  return outsiders || !stateful ? outsiders : (outside('ipv6.dhcp.ranges', config, subnet) ?? inBoth(config, 6));
}

/** Router advertisements and DHCPv6 of OVN need 64 bits. */
function smallSubnet6(config: Config): Complaint | null {
  const subnet = parseSubnet(config['ipv6.address']);
  return !subnet || subnet.prefix <= 64 ? null : says.smallSubnet6(config['ipv6.address'] ?? '', `${subnet.address.toString()}/64`);
}

function addresslessUplink(config: Config): Complaint | null {
  if (config['network'] === 'none' || config['ipv4.address'] !== 'none' || config['ipv6.address'] !== 'none') return null;

  return says.noSubnet;
}

function l3only(config: Config): Complaint | null {
  if (!isTrue(config['ipv6.l3only']) || isFalse(config['ipv6.dhcp']) || isTrue(config['ipv6.dhcp.stateful'])) return null;

  return says.l3only;
}

function dhcpRanges(config: Config): Complaint | null {
  const subnet = parseSubnet(config['ipv4.address']);
  if (!config['ipv4.dhcp.ranges'] || !subnet) return null;
  if (isFalse(config['ipv4.dhcp'])) return says.rangesWithoutDhcp;

  return outside('ipv4.dhcp.ranges', config, subnet);
}

/** Incus 7 keeps the last address of an ovn network for its load balancers. */
function reservedAddress(config: Config, _intent: Intent, incus7: boolean): Complaint | null {
  const subnet = parseSubnet(config['ipv4.address']);
  if (!incus7 || !subnet || lastHost(subnet) !== subnet.address.toString()) return null;

  return says.reserved(config['ipv4.address'] ?? '');
}

function ranges(value: string | undefined): Range[] {
  return items(value).flatMap((item) => parseRange(item) ?? []);
}

function outside(key: string, config: Config, subnet: Subnet | null): Complaint | null {
  if (!subnet) return null;

  const astray = items(config[key]).find((item) => {
    const range = parseRange(item);
    return range && !rangeFits(range, subnet);
  });
  return astray ? says.outside(key, astray, subnetText(subnet)) : null;
}

function inBoth(config: Config, family: 4 | 6): Complaint | null {
  const dhcp = ranges(config[`ipv${family}.dhcp.ranges`]);
  const clash = ranges(config[`ipv${family}.ovn.ranges`]).some((range) => dhcp.some((other) => rangesOverlap(range, other)));

  return clash ? says.overlap(family) : null;
}
