import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { listMembers } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';

const says = checks['members-online'];

/*
 * The server tells every member to create the network, and gives up when one does not answer, after the others
 * have done so (cluster.NewNotifier, NotifyAll). An evacuated member answers as long as its daemon runs. A member
 * that died counts as Online for some 20 seconds more, so what it was asked about the network counts as well.
 */
export const membersOnline = defineCheck('members-online', (intent, facts) => {
  const fix = listMembers(intent);
  if (!facts.server.clustered) return notApplicable(says.notClustered);
  if (facts.members.kind !== 'known') {
    const reason = facts.members.kind === 'absent' ? facts.members.evidence : facts.members.reason;
    return unknown(says.unreadable(reason), { fix });
  }

  const members = neededMembers(intent, facts);
  if (intent.target && members.length === 0) return notApplicable(says.noSuchTarget(intent.target));

  const named = (status: MemberEvidence['status']) =>
    members.filter((member) => member.status === status).map(({ name, evidence }) => says.member(name, evidence));
  const down = named('fail');
  if (down.length > 0) return fail(says.down(down), { fix, members });

  const evacuated = named('unknown');
  if (evacuated.length > 0) return warn(says.evacuated(evacuated), { fix, members });

  return pass(intent.target ? says.targetOnline(intent.target) : says.allOnline, members);
});

function neededMembers(intent: Intent, facts: Facts): MemberEvidence[] {
  const all = facts.members.kind === 'known' ? facts.members.value : [];
  const silences = silentMembers(facts);

  return all
    .filter((member) => !intent.target || member.server_name === intent.target)
    .map(({ server_name: name, status, message }) => {
      const said = says.status(status, message ?? '');
      const silence = silences.get(name);
      if (status !== 'Online' && status !== 'Evacuated') return { name, status: 'fail', evidence: said };
      if (silence !== undefined) return { name, status: 'fail', evidence: says.silent(status, silence) };

      return { name, status: status === 'Online' ? 'pass' : 'unknown', evidence: said };
    });
}

/** Members that were asked something and gave no answer, with the reason. */
function silentMembers({ interfaces, ovn }: Facts): Map<string, string> {
  const told = [...(interfaces ?? []).map(({ member, presence }) => ({ member, fact: presence })), ...(ovn?.ovs ?? []).map(({ member, ovs }) => ({ member, fact: ovs }))];
  return new Map(told.flatMap(({ member, fact }) => (fact.kind === 'unreadable' && fact.silent ? [[member, fact.reason] as const] : [])));
}
