import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import type { Changes } from '../words/commands.js';
import { createCommand, createOnAllMembers } from '../words/commands.js';
import { memberNames, wantsDefinitions } from './situation.js';

/** The command for a create in project `default` instead, which in a cluster needs a definition per member for all but ovn. */
export function createInDefault(intent: Intent, facts: Facts, changes: Changes = {}): string {
  const inDefault = { project: 'default', ...changes };
  const { target, type } = { ...intent, ...changes };
  const needsNone = target !== null || type === 'ovn' || !wantsDefinitions(facts) || isDefined(facts);

  return needsNone && !intent.allMembers ? createCommand(intent, inDefault) : createOnAllMembers(intent, inDefault);
}

/** The record is one of `default`, and no member is missing in it. */
function isDefined(facts: Facts): boolean {
  const { effectiveProject, record } = facts;
  if (effectiveProject.kind !== 'known' || effectiveProject.value !== 'default' || record.kind !== 'known') return false;

  const { status, locations } = record.value;
  return status !== 'Pending' || memberNames(facts)?.every((name) => locations.includes(name)) === true;
}
