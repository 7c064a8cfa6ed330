import { isAfterIncus60 } from './capabilities.js';
import type { Facts } from './facts.js';

/*
 * Which config keys belong to a single cluster member. The server's own metadata decides where it has any.
 */

/** db.NodeSpecificNetworkConfig (internal/server/db/networks.go, 6.0.4); the metadata of 7.0 leaves some of them out. */
const memberSpecificKeys: readonly string[] = ['bgp.ipv4.nexthop', 'bgp.ipv6.nexthop', 'bridge.external_interfaces', 'parent'];

/** Member-specific since some release after 6.0, whatever the metadata says (nodeSpecificNetworkConfigRe, 7.0.1). */
const memberSpecificSince60 = /^tunnel\.[^.]+\.(interface|local)$/;

type KeyFacts = Pick<Facts, 'server' | 'configKeys'>;

/** Whether the key differs from member to member; `user.*` keys never do. */
export function isMemberSpecific(key: string, facts: KeyFacts): boolean {
  if (memberSpecificKeys.includes(key)) return true;
  if (facts.configKeys.kind !== 'known') return isAfterIncus60(facts) && memberSpecificSince60.test(key);

  // The metadata of 7.0 forgets tunnel.NAME.local and bridge.external_interfaces, which the server insists on.
  return memberSpecificSince60.test(key) || facts.configKeys.value.some((known) => known.memberSpecific && matchesKey(known.key, key));
}

/** The keys of single members, and those of the network as a whole. */
export function splitConfig(config: Record<string, string>, facts: KeyFacts): { own: Record<string, string>; global: Record<string, string> } {
  const entries = Object.entries(config);
  return {
    own: Object.fromEntries(entries.filter(([key]) => isMemberSpecific(key, facts))),
    global: Object.fromEntries(entries.filter(([key]) => !isMemberSpecific(key, facts))),
  };
}

/** In a pattern of the metadata `NAME` stands for one segment, `*` for anything: `tunnel.NAME.local`. */
export function matchesKey(pattern: string, key: string): boolean {
  const expression = pattern
    .split('.')
    .map((part) => (part === 'NAME' ? '[^.]+' : part === '*' ? '.*' : part.replaceAll(/[^\w-]/g, '\\$&')))
    .join('\\.');

  return new RegExp(`^${expression}$`, 's').test(key);
}
