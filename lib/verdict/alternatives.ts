import type { Finding } from '../checks/check.js';
import { isAdministrator, membersUnset, type Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { alternatives as says } from '../words/alternatives.js';
import { createPlainProject, createSharedBridge, createSharedBridgeOnAllMembers, installOvs, showInDefault, showOvsSettings } from '../words/commands.js';

/** A way out that is true for this server and project: a command to paste, and what it gives. */
export interface Alternative {
  command: string;
  note: string;
}

/** Ways to a network where the type that was asked for cannot work. Other failures bring their own fix. */
export function alternatives(intent: Intent, facts: Facts, failures: Finding[]): Alternative[] {
  const names = failures.map(({ name }) => name);
  if (!names.includes('ovn-available') && !names.includes('type-supported')) return [];

  const isAdmin = isAdministrator(facts.server);
  const maySeeDefault = facts.ovn?.uplinks.kind === 'known';
  return [
    ...sharedBridge(intent, facts).map(withRights(isAdmin || maySeeDefault)),
    ...plainProject(intent, facts).map(withRights(isAdmin)),
    ...ovnOnMembers(facts, failures),
  ];
}

/** What happens outside of one's own projects is not for everybody. */
function withRights(isAllowed: boolean): (alternative: Alternative) => Alternative {
  return ({ command, note }) => ({ command, note: isAllowed ? note : says.forAdministrator(note) });
}

function sharedBridge(intent: Intent, facts: Facts): Alternative[] {
  // The name may be too long for a bridge, whose interface gets it.
  if (!/^[-_a-zA-Z0-9.]{2,15}$/.test(intent.network)) return [];
  if (facts.ovn?.inDefault.kind === 'known' && facts.ovn.inDefault.value) {
    return [{ command: showInDefault(intent, intent.network), note: says.existingInDefault }];
  }
  return [
    facts.server.clustered
      ? { command: createSharedBridgeOnAllMembers(intent), note: says.bridgeOnAllMembers }
      : { command: createSharedBridge(intent), note: says.bridge },
  ];
}

function plainProject(intent: Intent, facts: Facts): Alternative[] {
  if (facts.effectiveProject.kind !== 'known' || facts.effectiveProject.value === 'default') return [];
  return [{ command: createPlainProject(intent.remote, `${facts.effectiveProject.value}-shared`), note: says.plainProject }];
}

function ovnOnMembers(facts: Facts, failures: Finding[]): Alternative[] {
  const failed = failures.find(({ members, name }) => members !== undefined && (name === 'ovn-available' || name === 'type-supported'));
  const lacking = failed?.members?.filter(({ status }) => status === 'fail') ?? [];
  if (lacking.length === 0) return [];

  const where = facts.server.clustered ? says.onMembers(lacking.map(({ name }) => name)) : says.onServer;
  // Open vSwitch that lacks a setting need not be installed; the check's line says which.
  const unset = membersUnset(facts);
  return lacking.every(({ name }) => unset.includes(name))
    ? [{ command: showOvsSettings, note: says.setUpOvn(where) }]
    : [{ command: installOvs, note: says.installOvn(where) }];
}
