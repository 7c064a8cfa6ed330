import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import type { Complaint } from '../words/values.js';
import { addressesIn, parseRange, rangeFits, sizeOf, subnetText, type Range } from './addresses.js';
import { isTrue, items, ownSubnet, type Network } from './situation.js';

const says = checks['ovn-uplink'];

/*
 * Which network an ovn network takes for its uplink, and what it takes of it (ovn.allowedUplinkNetworks,
 * validateUplinkNetwork and allocateUplinkPortIPs, internal/server/network/driver_ovn.go, 6.0.4 and 7.0.1).
 */

/** Candidates as the server counts them: those that did not start on a member are among them. */
export function usableUplinks(networks: Network[], facts: Facts): Network[] {
  return networks.filter((network) => canBeUplink(network) && isMade(network) && isAllowed(network, facts));
}

/** The uplink that the server will take; null where there is none, or where it cannot be told. */
export function uplinkOf(intent: Intent, facts: Facts): Network | null {
  const networks = facts.ovn?.uplinks.kind === 'known' ? facts.ovn.uplinks.value : [];
  const wanted = intent.config['network'];
  if (wanted) return networks.find(({ name }) => name === wanted) ?? null;

  const [only, ...others] = usableUplinks(networks, facts);
  return others.length === 0 ? (only ?? null) : null;
}

export function canBeUplink(network: Network): boolean {
  return network.type === 'bridge' || network.type === 'physical';
}

/** Unavailable is a network that is Created and did not start on the member that answers. */
export function isMade({ status }: Pick<Network, 'status'>): boolean {
  return status === 'Created' || status === 'Unavailable';
}

/** A restricted project that names no uplinks allows none. */
export function isAllowed(network: Network, facts: Facts): boolean {
  const config = restrictions(facts);

  return !isTrue(config['restricted']) || items(config['restricted.networks.uplinks']).includes(network.name);
}

/** Only the project that the network lands in restricts its uplink. */
export function restrictions(facts: Facts): Record<string, string> {
  if (facts.project.kind !== 'known' || facts.effectiveProject.kind !== 'known') return {};

  return facts.project.value.name === facts.effectiveProject.value ? facts.project.value.config : {};
}

/** Whether the uplink has an address left for the router, per family. */
export function rangesProblem(uplink: Network, facts: Facts): Complaint | null {
  for (const family of [4, 6] as const) {
    const subnet = ownSubnet(uplink, family);
    const key = `ipv${family}.ovn.ranges`;
    const given = items(uplink.config[key]);
    if (!subnet || given.length === 0) continue;

    const ranges = given.map((text) => ({ text, range: parseRange(text) }));
    const astray = ranges.find(({ range }) => range === null || !rangeFits(range, subnet));
    if (astray) return says.strayRange(uplink.name, key, astray.text, subnetText(subnet));

    const taken = takenAddresses(uplink, facts, family);
    if (ranges.every(({ range }) => range && isFull(range, taken))) return says.fullRange(uplink.name, key, taken.length);
  }
  return null;
}

function isFull(range: Range, taken: string[]): boolean {
  return BigInt(new Set(addressesIn(range, taken)).size) >= sizeOf(range);
}

/** What the routers of other networks have; those that are hidden or not Created are not counted by the server either. */
function takenAddresses(uplink: Network, facts: Facts, family: 4 | 6): string[] {
  const networks = facts.ovn?.networks.kind === 'known' ? facts.ovn.networks.value : [];
  return networks
    .filter(({ type, status, config }) => type === 'ovn' && isMade({ status }) && config['network'] === uplink.name)
    .flatMap(({ config }) => config[`volatile.network.ipv${family}.address`] ?? []);
}
