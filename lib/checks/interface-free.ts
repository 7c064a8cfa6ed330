import { checks } from '../words/checks.js';
import { listNetworks, showInterface } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { knownType, memberNames, typeIsForeign } from './situation.js';

const says = checks['interface-free'];

/** Only a bridge creates an interface of the network's name (bridge.Create). */
export const interfaceFree = defineCheck('interface-free', (intent, facts) => {
  const { network } = intent;
  const look = showInterface(network);
  const type = knownType(intent, facts);
  if (type === null && !typeIsForeign(intent, facts)) {
    return unknown(says.notTold, { fix: look });
  }
  if (type !== 'bridge') return notApplicable(says.notABridge);
  // Nothing answers for an empty list: the members could not be read.
  if (!facts.interfaces || facts.interfaces.length === 0) {
    return unknown(says.nobodyAsked(network), { fix: listNetworks(intent) });
  }

  const asked = facts.interfaces.filter(({ member }) => !intent.target || member === intent.target);
  const members = asked.map(({ member, presence }): MemberEvidence => {
    if (presence.kind === 'absent') return { name: member, status: 'pass', evidence: presence.evidence };
    if (presence.kind === 'unreadable') return { name: member, status: 'unknown', evidence: says.notAnswered(presence.reason) };

    return { name: member, status: 'fail', evidence: says.ofType(presence.value) };
  });
  const named = (status: MemberEvidence['status']) => members.filter((member) => member.status === status).map((member) => member.name);
  const where = (names: string[]) => (facts.server.clustered ? says.on(names) : '');

  const taken = named('fail');
  if (taken.length > 0) {
    const detail = says.isTaken(network, where(taken));
    const fix = says.takenFix(look);
    // --target only writes the definition; the interface is wanted by the create that follows.
    return intent.target ? warn(says.laterFails(detail), { fix, members }) : fail(detail, { fix, members });
  }

  const silent = named('unknown');
  if (silent.length === 0 && memberNames(facts) === null) {
    return unknown(says.membersUnreadable(network), { fix: look, members });
  }
  if (silent.length === 0) return pass(says.isFree(network), members);

  return unknown(says.unknown(network, where(silent)), { fix: look, members });
});
