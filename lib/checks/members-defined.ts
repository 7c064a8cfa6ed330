import { describesWithCreate } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import { isMemberSpecific, splitConfig } from '../facts/member-keys.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type CheckResult } from './check.js';
import { knownType, memberNames, wantsDefinitions } from './situation.js';
import { createCommand, list, projectFlag, remotePrefix, subject } from './words.js';

export const membersDefined = defineCheck('members-defined', (intent, facts) => {
  const wrong = wrongMember(intent, facts);
  if (wrong) return wrong;
  if (!facts.server.clustered) return notApplicable('the server is not clustered');

  const type = knownType(intent, facts);
  if (intent.target && type === 'ovn') {
    return fail('an ovn network is defined on every member by the server itself, not with --target', {
      fix: createCommand(intent, { target: null }),
    });
  }
  if (intent.target) return targeted(intent, intent.target, facts);
  if (type === 'ovn') return notApplicable('the server itself defines an ovn network on every member');
  if (!wantsDefinitions(facts)) return notApplicable('a cluster of one member needs no definition first');
  if (intent.allMembers && memberNames(facts) === null) {
    return fail('--all-members defines the network on every member, and the members cannot be read', { fix: `incus cluster list ${remotePrefix(intent)}`.trim() });
  }
  if (intent.allMembers) return onAllMembers(intent, facts);

  return defined(intent, facts);
});

/** --target and --member-config name members that have to be there. */
function wrongMember(intent: Intent, facts: Facts): CheckResult | null {
  const asked = [...(intent.target ? [intent.target] : []), ...intent.memberConfig.map(({ member }) => member)];
  if (asked.length === 0) return null;
  if (!facts.server.clustered) {
    return fail(`the server is not clustered, so there is no member "${asked[0]}"`, { fix: createCommand(intent, { target: null }) });
  }

  const names = memberNames(facts);
  const fix = `incus cluster list ${remotePrefix(intent)}`.trim();
  if (names === null) return unknown(`cannot tell whether "${asked[0]}" is a cluster member: the members cannot be read`, { fix });

  const strangers = asked.filter((member) => !names.includes(member));
  return strangers.length > 0 ? fail(`no cluster member "${strangers[0]}"; the members are ${list(names)}`, { fix }) : null;
}

function targeted(intent: Intent, target: string, facts: Facts): CheckResult {
  if (intent.description !== '' && describesWithCreate(facts)) {
    return fail('a description cannot be set for one member with --target: this server takes it with the create that follows', {
      fix: createCommand(intent, { description: '' }),
    });
  }
  return pass(`this defines the network on member "${target}"`);
}

/** Definitions that are there stay as they are: what is said for their members would be dropped. */
function onAllMembers(intent: Intent, facts: Facts): CheckResult {
  const { record } = facts;
  const defined = record.kind === 'known' && record.value.status === 'Pending' ? record.value.locations : [];
  const dropped = intent.memberConfig.filter(({ member }) => defined.includes(member));
  const fix = `incus network delete ${subject(intent, intent.network)}${projectFlag(intent)}`;
  if (dropped.length > 0) {
    const pairs = dropped.map(({ member, key }) => `${key} for ${member}`);
    return fail(`the network is defined already on ${list([...new Set(dropped.map(({ member }) => member))])}, so that ${list(pairs)} would be dropped`, { fix });
  }

  const own = Object.keys(intent.config).filter((key) => isMemberSpecific(key, facts));
  if (defined.length > 0 && own.length > 0) {
    return warn(`the network is defined already on ${list(defined)}, where ${list(own)} stays as it is`, { fix });
  }
  return pass(defined.length > 0 ? `--all-members uses the definitions on ${list(defined)}, and adds the others` : '--all-members defines the network on every member');
}

/** What the server's cluster path asks of the record (networksPostCluster, NetworkNodeConfigs). */
function defined(intent: Intent, facts: Facts): CheckResult {
  const { record } = facts;
  const names = memberNames(facts);
  const show = `incus network show ${subject(intent, intent.network)}${projectFlag(intent)}`;
  if (record.kind === 'unreadable') return unknown(`cannot tell on which members network "${intent.network}" is defined`, { fix: show });
  if (record.kind === 'known' && record.value.status === 'Errored') return pass('a retry goes by the definitions that are there');
  if (record.kind === 'known' && record.value.status !== 'Pending') return notApplicable('the name is taken (name-free)');

  const locations = record.kind === 'known' ? record.value.locations : [];
  if (names === null) {
    const where = locations.length > 0 ? `on ${list(locations)}` : 'on no member';
    return unknown(`the network is defined ${where}; whether a member is missing cannot be read`, {
      fix: `incus cluster list ${remotePrefix(intent)}`.trim(),
    });
  }

  const missing = names.filter((name) => !locations.includes(name));
  if (missing.length === 0) return pass('the network is defined on every member');

  const members = names.map((name) =>
    missing.includes(name)
      ? { name, status: 'fail' as const, evidence: 'not defined' }
      : { name, status: 'pass' as const, evidence: 'defined' },
  );
  return fail(`the network is not defined yet on ${missing.length} of ${names.length} members: ${missing.join(', ')}`, {
    fix: steps(intent, facts, missing),
    members,
  });
}

/**
 * The one line that would work, and the native lines that it stands for. The description goes with the definitions
 * on 6.0, whose record takes it from the first of them (CreatePendingNetwork, internal/server/db/networks.go, 6.0.4).
 */
function steps(intent: Intent, facts: Facts, missing: string[]): string {
  const { own, global } = splitConfig(intent.config, facts);
  const description = describesWithCreate(facts) ? '' : intent.description;
  const definitions = missing.map((target) => createCommand(intent, { target, config: own, description }));
  const native = [...definitions, createCommand(intent, { config: global })];

  return [`${createCommand(intent).replace(/^incus network create/, 'incus-safenet create')} --all-members`, 'or, step by step:', ...native].join('\n');
}
