import { defineCheck, fail, notApplicable, pass, unknown, warn, type MemberEvidence } from './check.js';
import { knownType, memberNames, typeIsForeign } from './situation.js';
import { remotePrefix } from './words.js';

/** Only a bridge creates an interface of the network's name (bridge.Create). */
export const interfaceFree = defineCheck('interface-free', (intent, facts) => {
  const type = knownType(intent, facts);
  if (type === null && !typeIsForeign(intent, facts)) {
    return unknown('cannot tell whether the network needs an interface of its name: the project cannot be read', {
      fix: `ip link show ${intent.network}`,
    });
  }
  if (type !== 'bridge') return notApplicable('only a bridge needs an interface of its name');
  // Nothing answers for an empty list: the members could not be read.
  if (!facts.interfaces || facts.interfaces.length === 0) {
    return unknown(`cannot tell whether an interface "${intent.network}" exists: no member was asked`, {
      fix: `incus network list ${remotePrefix(intent)}`.trim(),
    });
  }

  const asked = facts.interfaces.filter(({ member }) => !intent.target || member === intent.target);
  const members = asked.map(({ member, presence }): MemberEvidence => {
    if (presence.kind === 'absent') return { name: member, status: 'pass', evidence: presence.evidence };
    if (presence.kind === 'unreadable') return { name: member, status: 'unknown', evidence: `cannot be asked: ${presence.reason}` };

    return { name: member, status: 'fail', evidence: `an interface of type "${presence.value}"` };
  });
  const named = (status: MemberEvidence['status']) => members.filter((member) => member.status === status).map((member) => member.name);
  const where = (names: string[]) => (facts.server.clustered ? ` on ${names.join(', ')}` : '');

  const taken = named('fail');
  if (taken.length > 0) {
    const detail = `an interface "${intent.network}" that Incus does not manage is there already${where(taken)}`;
    const fix = `choose another name, or see what it is: ip -d link show ${intent.network}`;
    // --target only writes the definition; the interface is wanted by the create that follows.
    return intent.target ? warn(`${detail}: the create that follows would fail`, { fix, members }) : fail(detail, { fix, members });
  }

  const silent = named('unknown');
  if (silent.length === 0 && memberNames(facts) === null) {
    return unknown(`cannot tell whether an interface "${intent.network}" is there: the cluster members cannot be read`, {
      fix: `ip link show ${intent.network}`,
      members,
    });
  }
  if (silent.length === 0) return pass(`no interface "${intent.network}" is in the way`, members);

  return unknown(`cannot tell whether an interface "${intent.network}" is there${where(silent)}`, { fix: `ip link show ${intent.network}`, members });
});
