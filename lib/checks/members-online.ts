import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { remotePrefix } from './words.js';

/*
 * The server tells every member to create the network, and gives up when one does not answer, after the others
 * have done so (cluster.NewNotifier, NotifyAll). An evacuated member answers as long as its daemon runs. A member
 * that died counts as Online for some 20 seconds more, so what it was asked about the network counts as well.
 */
export const membersOnline = defineCheck('members-online', (intent, facts) => {
  const fix = `incus cluster list ${remotePrefix(intent)}`.trim();
  if (!facts.server.clustered) return notApplicable('the server is not clustered');
  if (facts.members.kind !== 'known') {
    const reason = facts.members.kind === 'absent' ? facts.members.evidence : facts.members.reason;
    return unknown(`cannot read the cluster members: ${reason}`, { fix });
  }

  const members = neededMembers(intent, facts);
  const named = (status: MemberEvidence['status']) =>
    members.filter((member) => member.status === status).map(({ name, evidence }) => `${name} (${evidence})`);
  const down = named('fail');
  if (down.length > 0) return fail(`not online: ${down.join(', ')}; a create has to reach every member`, { fix, members });

  const evacuated = named('unknown');
  if (evacuated.length > 0) return warn(`in maintenance: ${evacuated.join(', ')}; the create fails if it does not answer`, { fix, members });

  return pass(intent.target ? `member "${intent.target}" is online` : 'every member is online', members);
});

function neededMembers(intent: Intent, facts: Facts): MemberEvidence[] {
  const all = facts.members.kind === 'known' ? facts.members.value : [];
  const silences = silentMembers(facts);

  return all
    .filter((member) => !intent.target || member.server_name === intent.target)
    .map(({ server_name: name, status, message }) => {
      const said = message ? `${status}: ${message}` : status;
      const silence = silences.get(name);
      if (status !== 'Online' && status !== 'Evacuated') return { name, status: 'fail', evidence: said };
      if (silence !== undefined) return { name, status: 'fail', evidence: `${status}, but it does not answer: ${silence}` };

      return { name, status: status === 'Online' ? 'pass' : 'unknown', evidence: said };
    });
}

/** Members that were asked something and gave no answer, with the reason. */
function silentMembers({ interfaces, ovn }: Facts): Map<string, string> {
  const told = [...(interfaces ?? []).map(({ member, presence }) => ({ member, fact: presence })), ...(ovn?.ovs ?? []).map(({ member, ovs }) => ({ member, fact: ovs }))];
  return new Map(told.flatMap(({ member, fact }) => (fact.kind === 'unreadable' && fact.silent ? [[member, fact.reason] as const] : [])));
}
