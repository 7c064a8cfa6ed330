import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { remotePrefix } from './words.js';

/*
 * The server tells every member to create the network, and gives up when one does not answer, after the others
 * have done so (cluster.NewNotifier, NotifyAll). An evacuated member answers as long as its daemon runs.
 */
export const membersOnline = defineCheck('members-online', (intent, facts) => {
  const fix = `incus cluster list ${remotePrefix(intent)}`.trim();
  if (!facts.server.clustered) return notApplicable('the server is not clustered');
  if (facts.members.kind !== 'known') {
    const reason = facts.members.kind === 'absent' ? facts.members.evidence : facts.members.reason;
    return unknown(`cannot read the cluster members: ${reason}`, { fix });
  }

  const needed = facts.members.value.filter((member) => !intent.target || member.server_name === intent.target);
  const members = needed.map(
    ({ server_name, status, message }): MemberEvidence => ({
      name: server_name,
      status: status === 'Online' ? 'pass' : status === 'Evacuated' ? 'unknown' : 'fail',
      evidence: message ? `${status}: ${message}` : status,
    }),
  );

  const named = (status: MemberEvidence['status']) =>
    needed.filter((_, index) => members[index]?.status === status).map((member) => `${member.server_name} (${member.status})`);
  const down = named('fail');
  if (down.length > 0) return fail(`not online: ${down.join(', ')}; a create has to reach every member`, { fix, members });

  const evacuated = named('unknown');
  if (evacuated.length > 0) return warn(`in maintenance: ${evacuated.join(', ')}; the create fails if it does not answer`, { fix, members });

  return pass(intent.target ? `member "${intent.target}" is online` : 'every member is online', members);
});
