import type { Plan, Step } from '../create/plan.js';
import type { Facts } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';

/** The requests that make the network, in order; those of the native client, except for `--all-members`. */
export function plan(intent: Intent, facts: Facts): Plan {
  if (intent.target !== null) return { steps: [define(intent, intent.target, intent.config)] };
  if (!intent.allMembers || facts.members.kind !== 'known' || effectiveType(intent.type, facts.effectiveProject) === 'ovn') {
    return { steps: [create(intent, intent.config)] };
  }

  const defined = facts.record.kind === 'known' ? facts.record.value.locations : [];
  const [forMembers, forAll] = split(intent.config, (key) => isMemberSpecific(key, facts));
  const missing = facts.members.value.map(({ server_name: name }) => name).filter((name) => !defined.includes(name));
  return {
    steps: [...missing.map((member) => define(intent, member, { ...forMembers, ...ownConfig(intent, member) })), create(intent, forAll)],
  };
}

function define(intent: Intent, member: string, config: Record<string, string>): Step {
  return { kind: 'define-pending-on-member', member, request: request(intent, config, member) };
}

function create(intent: Intent, config: Record<string, string>): Step {
  return { kind: 'create-network', request: request(intent, config, null) };
}

function request(intent: Intent, config: Record<string, string>, target: string | null): Step['request'] {
  const query = new URLSearchParams({ project: intent.project, ...(target === null ? {} : { target }) });
  return {
    method: 'POST',
    path: `/1.0/networks?${query.toString()}`,
    body: { config, description: intent.description, name: intent.network, type: intent.type ?? '' },
  };
}

/** `db.NodeSpecificNetworkConfig` (internal/server/db/networks.go, 6.0.4), for servers that do not describe their keys. */
const MEMBER_SPECIFIC = /^(bridge\.external_interfaces|parent|bgp\.ipv[46]\.nexthop|tunnel\..+\.(interface|local))$/;

function isMemberSpecific(key: string, facts: Facts): boolean {
  if (facts.configKeys.kind !== 'known') return MEMBER_SPECIFIC.test(key);
  return facts.configKeys.value.some(({ key: pattern, memberSpecific }) => memberSpecific && matches(key, pattern));
}

/** In the metadata `NAME` stands for a name of one's own: `tunnel.NAME.local`. */
function matches(key: string, pattern: string): boolean {
  const [before, after] = pattern.split('NAME');
  return after === undefined ? key === pattern : key.length > pattern.length - 4 && key.startsWith(before ?? '') && key.endsWith(after);
}

function ownConfig(intent: Intent, member: string): Record<string, string> {
  return Object.fromEntries(intent.memberConfig.filter((one) => one.member === member).map(({ key, value }) => [key, value]));
}

function split(config: Record<string, string>, isFirst: (key: string) => boolean): [Record<string, string>, Record<string, string>] {
  const entries = Object.entries(config);
  return [Object.fromEntries(entries.filter(([key]) => isFirst(key))), Object.fromEntries(entries.filter(([key]) => !isFirst(key)))];
}
