import type { Facts, OvnFacts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { knownType, typeIsForeign } from './situation.js';
import { createCommand, remotePrefix, subject } from './words.js';

/*
 * The one check that treats "cannot be asked" as a failure: the server writes its rows before it looks for
 * Open vSwitch, and what it leaves then is invisible (docs/checks.md).
 */
export const ovnAvailable = defineCheck('ovn-available', (intent, facts) => {
  const type = knownType(intent, facts);
  if (type === null && !typeIsForeign(intent, facts)) {
    return unknown('cannot tell whether the type would be "ovn": the project cannot be read', {
      fix: createCommand(intent, { type: 'bridge' }),
    });
  }
  if (type !== 'ovn') return notApplicable('only ovn networks need Open vSwitch and OVN');

  const members = membersOf(facts);
  if (!facts.ovn || members.length === 0) {
    return fail('Open vSwitch could not be asked for on any member', { fix: createCommand(intent, { project: 'default', type: 'bridge' }), members });
  }

  const without = members.filter((member) => member.status !== 'pass');
  if (without.length > 0) return fail(ovsDetail(members, facts), { fix: ovsFix(without, intent, facts), members });

  if (facts.ovn.southbound.kind === 'absent') {
    return fail(`the OVN southbound database is out of reach: ${facts.ovn.southbound.evidence}`, {
      fix: 'start ovn-central where Open vSwitch looks for it: ovs-vsctl get open_vswitch . external_ids:ovn-remote',
      members,
    });
  }
  return northbound(facts.ovn, members, `incus config get ${remotePrefix(intent)} network.ovn.northbound_connection`.replace('  ', ' '));
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
      return pass('Open vSwitch is on every member, and the OVN northbound database answers', members);
    case 'absent':
      return fail(`the OVN northbound database is out of reach: ${ovn.northbound.evidence}`, {
        fix: `start ovn-central where the server looks for it: ${ask}`,
        members,
      });
    case 'unreadable': {
      const detail = `cannot tell whether the OVN northbound database answers: ${ovn.northbound.reason}`;
      const removable = ovn.hiddenRecordRemovable.kind === 'known' && ovn.hiddenRecordRemovable.value;
      if (removable) return warn(`${detail}; what a failure leaves could be taken back from here`, { fix: ask, members });

      return fail(`${detail}; what a failure leaves could not be taken back from here`, {
        fix: 'run this on a cluster member, as a user who may use the unix socket',
        members,
      });
    }
  }
}

function evidenceOf({ member, ovs }: OvnFacts['ovs'][number], bridge: string): MemberEvidence {
  switch (ovs.kind) {
    case 'known':
      return { name: member, status: 'pass', evidence: ovs.evidence ?? `${bridge} is there` };
    case 'absent':
      return { name: member, status: 'fail', evidence: ovs.evidence };
    case 'unreadable':
      return { name: member, status: 'unknown', evidence: `cannot be asked: ${ovs.reason}` };
  }
}

function ovsDetail(members: MemberEvidence[], facts: Facts): string {
  const lacking = members.filter((member) => member.status === 'fail');
  const silent = members.filter((member) => member.status === 'unknown');
  if (!facts.server.clustered) {
    const evidence = [...lacking, ...silent].map((member) => member.evidence).join('; ');
    if (lacking.length > 0 && lacking.every(isUnset)) return `Open vSwitch is not set up for OVN on this server (${evidence})`;
    return lacking.length > 0 ? `Open vSwitch is missing on this server (${evidence})` : `Open vSwitch ${evidence}`;
  }

  const named = (some: MemberEvidence[]) => some.map((member) => `${member.name} (${member.evidence})`).join(', ');
  if (lacking.length === 0) return `Open vSwitch is unproven on ${silent.length} of ${members.length} members: ${named(silent)}`;

  if (lacking.every(isUnset)) return `Open vSwitch is not set up for OVN on ${named(lacking)}`;

  const missing = `Open vSwitch is missing on ${lacking.length} of ${members.length} members: ${named(lacking)}`;
  return silent.length > 0 ? `${missing}; ${named(silent)}` : missing;
}

/** Open vSwitch is there, and lacks a setting. */
function isUnset({ evidence }: MemberEvidence): boolean {
  return evidence.includes('external_ids');
}

function ovsFix(without: MemberEvidence[], intent: Intent, facts: Facts): string {
  const lacking = without.filter((member) => member.status === 'fail').map((member) => member.name);
  if (lacking.length > 0 && without.every(isUnset)) return `set it on ${lacking.join(', ')}: ovs-vsctl set open_vswitch . external_ids:…`;
  if (lacking.length > 0) return `install and start Open vSwitch and ovn-controller${facts.server.clustered ? ` on ${lacking.join(', ')}` : ''}`;
  if (facts.server.clustered) return `incus cluster list ${remotePrefix(intent)}`.trim();

  return `incus network show ${subject(intent, facts.ovn?.integrationBridge ?? 'br-int')} --project default`;
}
