import { effectiveType, type Facts } from '../facts/facts.js';
import { networkTypes, type Intent } from '../intent/intent.js';
import { parseSubnet, type Subnet } from './addresses.js';

/*
 * Questions about the facts that several checks ask.
 */

export type NetworkType = (typeof networkTypes)[number];

/** The type that the server will use; null where it cannot be known or where we do not know the type. */
export function knownType(intent: Intent, facts: Facts): NetworkType | null {
  const type = effectiveType(intent.type, facts.effectiveProject);

  return networkTypes.find((known) => known === type) ?? null;
}

/** Why knownType is null: a type that nobody knows is for type-supported, an unreadable project is for everyone. */
export function typeIsForeign(intent: Intent, facts: Facts): boolean {
  return effectiveType(intent.type, facts.effectiveProject) !== null && knownType(intent, facts) === null;
}

/** Names of the members; null where they cannot be read, [] on a server that is not clustered. */
export function memberNames(facts: Facts): string[] | null {
  if (!facts.server.clustered) return [];
  if (facts.members.kind !== 'known') return null;

  return facts.members.value.map((member) => member.server_name);
}

/**
 * Whether the server takes its cluster path, which wants a definition per member. With a single member it
 * creates at once, as a server that is not clustered does (networksPost: `count > 1`).
 */
export function wantsDefinitions(facts: Facts): boolean {
  return facts.server.clustered && memberNames(facts)?.length !== 1;
}

/** As the server reads a boolean (shared/util IsTrue). */
export function isTrue(value: string | undefined): boolean {
  return ['true', '1', 'yes', 'on'].includes((value ?? '').toLowerCase());
}

/** As the server reads a boolean that is off (shared/util IsFalse). */
export function isFalse(value: string | undefined): boolean {
  return ['false', '0', 'no', 'off'].includes((value ?? '').toLowerCase());
}

/** A comma-separated list; empty where there is none. */
export function items(value: string | undefined): string[] {
  if (!value?.trim()) return [];

  return value.split(',').map((item) => item.trim());
}

/** A network as the facts hold it. */
export type Network = Extract<Facts['neighbours'], { kind: 'known' }>['value'][number];

/** The subnet that an uplink or a bridge has on its own side: its address, else its gateway (allocateUplinkPortIPs). */
export function ownSubnet(network: Network, family: 4 | 6): Subnet | null {
  const subnet = parseSubnet(network.config[`ipv${family}.address`] || network.config[`ipv${family}.gateway`]);

  return subnet?.family === family ? subnet : null;
}
