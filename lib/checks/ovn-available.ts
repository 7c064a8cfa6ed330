import { membersUnset, type Facts, type OvnFacts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand, listMembers, northboundAddress, showInDefault, showOvsSettings, southboundAddress } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { createInDefault } from './create-in-default.js';
import { knownType, typeIsForeign } from './situation.js';

const says = checks['ovn-available'];

/*
 * The one check that treats "cannot be asked" as a failure: the server writes its rows before it looks for
 * Open vSwitch, and what it leaves then is invisible (docs/checks.md).
 */
export const ovnAvailable = defineCheck('ovn-available', (intent, facts) => {
  const type = knownType(intent, facts);
  if (type === null && !typeIsForeign(intent, facts)) return unknown(says.notTold, { fix: createCommand(intent, { type: 'bridge' }) });
  if (type !== 'ovn') return notApplicable(says.otherType);

  const members = membersOf(facts);
  if (!facts.ovn || members.length === 0) {
    return fail(says.nobodyAsked, { fix: createInDefault(intent, facts, { type: 'bridge' }), members });
  }

  const without = members.filter((member) => member.status !== 'pass');
  if (without.length > 0) return fail(ovsDetail(members, facts), { fix: ovsFix(without, intent, facts), members });

  const { southbound } = facts.ovn;
  if (southbound.kind === 'absent') return fail(says.southboundAway(southbound.evidence), { fix: says.southboundFix(southboundAddress), members });

  return northbound(facts.ovn, members, northboundAddress(intent));
});

function membersOf(facts: Facts): MemberEvidence[] {
  return (facts.ovn?.ovs ?? []).map((member) => evidenceOf(member, facts.ovn?.integrationBridge ?? 'br-int'));
}

/** Which members lack Open vSwitch, in words; null where none is known to. */
export function missingOvs(facts: Facts): { detail: string; members: MemberEvidence[] } | null {
  const members = membersOf(facts);
  return members.some(({ status }) => status === 'fail') ? { detail: ovsDetail(members, facts), members } : null;
}

function northbound(ovn: OvnFacts, members: MemberEvidence[], ask: string) {
  switch (ovn.northbound.kind) {
    case 'known':
      return pass(says.works, members);
    case 'absent':
      return fail(says.northboundAway(ovn.northbound.evidence), { fix: says.northboundFix(ask), members });
    case 'unreadable': {
      const detail = says.northboundUnknown(ovn.northbound.reason);
      const removable = ovn.hiddenRecordRemovable.kind === 'known' && ovn.hiddenRecordRemovable.value;
      if (removable) return warn(says.removable(detail), { fix: ask, members });

      return fail(says.notRemovable(detail), { fix: says.notRemovableFix, members });
    }
  }
}

function evidenceOf({ member, ovs }: OvnFacts['ovs'][number], bridge: string): MemberEvidence {
  switch (ovs.kind) {
    case 'known':
      return { name: member, status: 'pass', evidence: ovs.evidence ?? says.hasBridge(bridge) };
    case 'absent':
      return { name: member, status: 'fail', evidence: ovs.evidence };
    case 'unreadable':
      return { name: member, status: 'unknown', evidence: says.notAnswered(ovs.reason) };
  }
}

function ovsDetail(members: MemberEvidence[], facts: Facts): string {
  const lacking = members.filter((member) => member.status === 'fail');
  const silent = members.filter((member) => member.status === 'unknown');
  const isUnset = areUnset(lacking, facts);
  if (!facts.server.clustered) {
    const evidence = [...lacking, ...silent].map((member) => member.evidence);
    if (lacking.length === 0) return says.unprovenOnServer(evidence);

    return isUnset ? says.unsetOnServer(evidence) : says.missingOnServer(evidence);
  }

  const named = (some: MemberEvidence[]) => some.map(({ name, evidence }) => says.member(name, evidence));
  if (lacking.length === 0) return says.unprovenOn(named(silent), members.length);
  if (isUnset) return says.unsetOn(named(lacking));

  const missing = says.missingOn(named(lacking), members.length);
  return silent.length > 0 ? says.alsoSilent(missing, named(silent)) : missing;
}

function areUnset(members: MemberEvidence[], facts: Facts): boolean {
  const unset = membersUnset(facts);
  return members.every(({ name }) => unset.includes(name));
}

function ovsFix(without: MemberEvidence[], intent: Intent, facts: Facts): string {
  const lacking = without.filter((member) => member.status === 'fail').map((member) => member.name);
  if (areUnset(without, facts)) return says.unsetFix(lacking, showOvsSettings);
  if (lacking.length > 0) return says.missingFix(facts.server.clustered ? lacking : []);
  if (facts.server.clustered) return listMembers(intent);

  return showInDefault(intent, facts.ovn?.integrationBridge ?? 'br-int');
}
