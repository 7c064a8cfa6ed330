import type { Facts, RecordFact } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand, createOnAllMembers, repairCommand, repairNetwork, showNetwork } from '../words/commands.js';
import { defineCheck, fail, pass, warn, type CheckResult } from './check.js';
import { memberNames } from './situation.js';

const says = checks['name-free'];

export const nameFree = defineCheck('name-free', (intent, facts) => {
  const { record } = facts;
  if (record.kind === 'absent') return pass(says.isAbsent(intent.network));
  if (record.kind === 'unreadable') {
    // Only what was seen to be absent can be taken back when the create fails.
    return fail(says.unreadable(intent.network, record.reason), { fix: showNetwork(intent) });
  }

  switch (record.value.status) {
    case 'Hidden':
      return hidden(intent, facts, record.value);
    case 'Pending':
      return pending(intent, facts, record.value);
    case 'Errored':
      return errored(intent, facts, record.value);
    default:
      // Created, and what the server says of a created network that did not start: Unavailable, Unknown.
      return fail(says.exists(intent.network, record.value.status), { fix: showNetwork(intent) });
  }
});

/** Listed but not loadable: neither GET nor DELETE reach it (facts, section 2). */
function hidden(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  const project = facts.effectiveProject.kind === 'known' ? facts.effectiveProject.value : intent.project;

  return fail(says.isHidden(intent.network, record.reason ?? ''), { fix: repairCommand(intent.remote, { project, network: intent.network }, true) });
}

function pending(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  // A create that was cut off: the server says "already exists" to the next one (networksPost, not clustered).
  if (!facts.server.clustered) {
    return fail(says.halfCreated(intent.network), { fix: repairNetwork(intent) });
  }

  const other = otherType(intent, facts, record);
  if (other) return other;
  if (intent.target && record.locations.includes(intent.target)) {
    const isDefinedEverywhere = memberNames(facts)?.every((name) => record.locations.includes(name)) === true;
    const rest = { target: null, config: {} };
    return fail(says.definedOn(intent.network, intent.target), { fix: isDefinedEverywhere ? createCommand(intent, rest) : createOnAllMembers(intent, rest) });
  }

  return pass(says.isPending(intent.network, record.locations));
}

/** A failed cluster create may be sent again, without global config; an ovn one may not (networksPostCluster, CreatePendingNetwork). */
function errored(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  const said = says.isErrored(intent.network);
  if (!facts.server.clustered || record.type === 'ovn') return fail(said, { fix: repairNetwork(intent) });
  if (intent.target) return fail(says.noMoreDefinitions(said), { fix: createCommand(intent, { target: null, config: {} }) });

  const other = otherType(intent, facts, record);
  if (other) return other;
  if (Object.keys(intent.config).length > 0 || intent.memberConfig.length > 0) {
    return fail(says.noMoreConfig(said), { fix: createCommand(intent, { config: {} }) });
  }

  return warn(says.isRetried(said), { fix: says.afreshFix(repairNetwork(intent)) });
}

function otherType(intent: Intent, facts: Facts, record: RecordFact): CheckResult | null {
  const type = effectiveType(intent.type, facts.effectiveProject);
  if (type === null || record.type === null || type === record.type) return null;

  return fail(says.otherType(intent.network, record.status, record.type, type), { fix: createCommand(intent, { type: record.type }) });
}
