import { describesWithCreate } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import { isMemberSpecific, splitConfig } from '../facts/member-keys.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand, createOnAllMembers, listMembers, listProjects, repairNetwork, showNetwork } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type CheckResult } from './check.js';
import { knownType, memberNames, typeIsForeign, wantsDefinitions } from './situation.js';

const says = checks['members-defined'];

export const membersDefined = defineCheck('members-defined', (intent, facts) => {
  const wrong = wrongMember(intent, facts);
  if (wrong) return wrong;
  if (!facts.server.clustered) return notApplicable(says.notClustered);

  const type = knownType(intent, facts);
  if (intent.target && type === 'ovn') {
    return fail(says.ovnTargeted, { fix: createCommand(intent, { target: null }) });
  }
  if (intent.target) return targeted(intent, intent.target, facts);
  if (type === 'ovn') return notApplicable(says.ovn);
  const project = facts.effectiveProject;
  if (project.kind === 'known' && project.value !== 'default') return notApplicable(says.otherProject(project.value));
  if (typeIsForeign(intent, facts)) return notApplicable(says.foreignType);
  if (facts.project.kind === 'absent') return unknown(says.notTold, { fix: listProjects(intent) });
  if (!wantsDefinitions(facts)) return notApplicable(says.oneMember);
  if (intent.allMembers && memberNames(facts) === null) {
    return fail(says.membersUnreadable, { fix: listMembers(intent) });
  }
  if (intent.allMembers) return onAllMembers(intent, facts);

  return defined(intent, facts);
});

/** --target and --member-config name members that have to be there. */
function wrongMember(intent: Intent, facts: Facts): CheckResult | null {
  const asked = [...(intent.target ? [intent.target] : []), ...intent.memberConfig.map(({ member }) => member)];
  const [first] = asked;
  if (first === undefined) return null;
  if (!facts.server.clustered) return fail(says.noCluster(first), { fix: createCommand(intent, { target: null }) });

  const names = memberNames(facts);
  const fix = listMembers(intent);
  if (names === null) return unknown(says.memberUnknown(first), { fix });

  const stranger = asked.find((member) => !names.includes(member));
  return stranger === undefined ? null : fail(says.noMember(stranger, names), { fix });
}

function targeted(intent: Intent, target: string, facts: Facts): CheckResult {
  if (intent.description !== '' && describesWithCreate(facts)) {
    return fail(says.describedLater, { fix: createCommand(intent, { description: '' }) });
  }
  return pass(says.defines(target));
}

/** Definitions that are there stay as they are: what is said for their members would be dropped. */
function onAllMembers(intent: Intent, facts: Facts): CheckResult {
  const { record } = facts;
  const defined = record.kind === 'known' && record.value.status === 'Pending' ? record.value.locations : [];
  const dropped = intent.memberConfig.filter(({ member }) => defined.includes(member));
  const fix = says.afreshFix(repairNetwork(intent));
  if (dropped.length > 0) {
    const members = [...new Set(dropped.map(({ member }) => member))];
    return fail(says.dropped(members, dropped.map(({ member, key }) => says.pairFor(key, member))), { fix });
  }

  const own = Object.keys(intent.config).filter((key) => isMemberSpecific(key, facts));
  if (defined.length > 0 && own.length > 0) return warn(says.staysAsItIs(defined, own), { fix });

  return pass(defined.length > 0 ? says.addsOthers(defined) : says.definesAll);
}

/** What the server's cluster path asks of the record (networksPostCluster, NetworkNodeConfigs). */
function defined(intent: Intent, facts: Facts): CheckResult {
  const { record } = facts;
  const names = memberNames(facts);
  if (record.kind === 'unreadable') return unknown(says.recordUnreadable(intent.network), { fix: showNetwork(intent) });
  if (record.kind === 'known' && record.value.status === 'Errored') return pass(says.isRetried);
  if (record.kind === 'known' && record.value.status !== 'Pending') return notApplicable(says.isTaken);

  const locations = record.kind === 'known' ? record.value.locations : [];
  if (names === null) return unknown(says.missingUnknown(locations), { fix: listMembers(intent) });

  const missing = names.filter((name) => !locations.includes(name));
  if (missing.length === 0) return pass(says.definedEverywhere);

  const members = names.map((name) =>
    missing.includes(name)
      ? { name, status: 'fail' as const, evidence: says.notDefined }
      : { name, status: 'pass' as const, evidence: says.isDefined },
  );
  return fail(says.missing(missing, names.length), { fix: steps(intent, facts, missing), members });
}

/**
 * The one line that would work, and the native lines that it stands for. The description goes with the definitions
 * on 6.0, whose record takes it from the first of them (CreatePendingNetwork, internal/server/db/networks.go, 6.0.4).
 */
function steps(intent: Intent, facts: Facts, missing: string[]): string {
  const { own, global } = splitConfig(intent.config, facts);
  const description = describesWithCreate(facts) ? '' : intent.description;
  const definitions = missing.map((target) => createCommand(intent, { target, config: own, description }));

  return says.missingFix(createOnAllMembers(intent), [...definitions, createCommand(intent, { config: global })]);
}
