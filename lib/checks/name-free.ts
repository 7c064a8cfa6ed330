import type { Facts, RecordFact } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, pass, warn, type CheckResult } from './check.js';
import { createCommand, projectFlag, quote, subject } from './words.js';

export const nameFree = defineCheck('name-free', (intent, facts) => {
  const { record } = facts;
  if (record.kind === 'absent') return pass(`no network "${intent.network}" exists`);
  if (record.kind === 'unreadable') {
    // Only what was seen to be absent can be taken back when the create fails.
    return fail(`cannot tell whether network "${intent.network}" exists: ${record.reason}`, {
      fix: show(intent),
    });
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
      return fail(`network "${intent.network}" already exists (${record.value.status})`, { fix: show(intent) });
  }
});

/** Listed but not loadable: neither GET nor DELETE reach it (facts, section 2). */
function hidden(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  const project = facts.effectiveProject.kind === 'known' ? facts.effectiveProject.value : intent.project;
  const reason = record.reason ? `: ${record.reason}` : '';

  return fail(`a hidden record of network "${intent.network}" is in the way${reason}`, {
    fix: `incus-safenet repair ${subject(intent, intent.network)} --project ${quote(project)}`,
  });
}

function pending(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  // A create that was cut off: the server says "already exists" to the next one (networksPost, not clustered).
  if (!facts.server.clustered) {
    return fail(`network "${intent.network}" was left half-created (Pending)`, { fix: remove(intent) });
  }

  const other = otherType(intent, facts, record);
  if (other) return other;
  if (intent.target && record.locations.includes(intent.target)) {
    return fail(`network "${intent.network}" is already defined on member "${intent.target}"`, {
      fix: createCommand(intent, { target: null, config: {} }),
    });
  }

  return pass(`network "${intent.network}" is Pending, defined on ${record.locations.join(', ') || 'no member'}`);
}

/** A failed cluster create may be sent again, without global config; an ovn one may not (networksPostCluster, CreatePendingNetwork). */
function errored(intent: Intent, facts: Facts, record: RecordFact): CheckResult {
  const said = `network "${intent.network}" is Errored: an earlier create failed`;
  if (!facts.server.clustered || record.type === 'ovn') return fail(said, { fix: remove(intent) });
  if (intent.target) return fail(`${said}, so nothing more can be defined`, { fix: createCommand(intent, { target: null, config: {} }) });

  const other = otherType(intent, facts, record);
  if (other) return other;
  if (Object.keys(intent.config).length > 0 || intent.memberConfig.length > 0) {
    return fail(`${said}, and a retry takes no config`, { fix: createCommand(intent, { config: {} }) });
  }

  return warn(`${said}; this retries it with the config that it had`, { fix: remove(intent) });
}

function otherType(intent: Intent, facts: Facts, record: RecordFact): CheckResult | null {
  const type = effectiveType(intent.type, facts.effectiveProject);
  if (type === null || record.type === null || type === record.type) return null;

  return fail(`network "${intent.network}" is ${record.status} with type "${record.type}", not "${type}"`, {
    fix: createCommand(intent, { type: record.type }),
  });
}

function show(intent: Intent): string {
  return `incus network show ${subject(intent, intent.network)}${projectFlag(intent)}`;
}

function remove(intent: Intent): string {
  return `incus network delete ${subject(intent, intent.network)}${projectFlag(intent)}`;
}
