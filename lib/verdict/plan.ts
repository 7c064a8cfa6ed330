import type { Plan, Step } from '../create/plan.js';
import { describesWithCreate } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import { splitConfig } from '../facts/member-keys.js';
import type { Intent } from '../intent/intent.js';

/** The requests that make the network, in order; those of the native client, except for `--all-members`. */
export function plan(intent: Intent, facts: Facts): Plan {
  if (intent.target !== null) return { steps: [define(intent, intent.target, intent.config, intent.description)] };
  if (!intent.allMembers || facts.members.kind !== 'known' || effectiveType(intent.type, facts.effectiveProject) === 'ovn') {
    return { steps: [create(intent, intent.config)] };
  }

  const names = facts.members.value.map(({ server_name: name }) => name);
  const [only] = names;
  // A cluster of one member takes everything at once, and undoes it by itself (networksPost: `count > 1`).
  if (only !== undefined && names.length === 1 && facts.record.kind === 'absent') {
    return { steps: [create(intent, { ...intent.config, ...ownConfig(intent, only) })] };
  }
  return { steps: onMembers(intent, facts, names) };
}

/** A definition wherever one is missing, then the create. */
function onMembers(intent: Intent, facts: Facts, names: string[]): Step[] {
  const defined = facts.record.kind === 'known' ? facts.record.value.locations : [];
  const { own, global } = splitConfig(intent.config, facts);
  const description = describesWithCreate(facts) ? '' : intent.description;

  return [
    ...names
      .filter((name) => !defined.includes(name))
      .map((member) => define(intent, member, { ...own, ...ownConfig(intent, member) }, description)),
    create(intent, global),
  ];
}

function define(intent: Intent, member: string, config: Record<string, string>, description: string): Step {
  return { kind: 'define-pending-on-member', member, request: request({ ...intent, config, description }, member) };
}

function create(intent: Intent, config: Record<string, string>): Step {
  return { kind: 'create-network', request: request({ ...intent, config }, null) };
}

function request({ project, config, description, network, type }: Intent, target: string | null): Step['request'] {
  const query = new URLSearchParams({ project, ...(target === null ? {} : { target }) });
  return {
    method: 'POST',
    path: `/1.0/networks?${query.toString()}`,
    body: { config, description, name: network, type: type ?? '' },
  };
}

function ownConfig(intent: Intent, member: string): Record<string, string> {
  return Object.fromEntries(intent.memberConfig.filter((one) => one.member === member).map(({ key, value }) => [key, value]));
}
