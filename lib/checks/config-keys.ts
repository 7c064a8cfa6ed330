import type { Facts } from '../facts/facts.js';
import { isMemberSpecific } from '../facts/member-keys.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand } from '../words/commands.js';
import { quote } from '../words/shell.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type CheckResult } from './check.js';
import { typesWithParent } from './config-schema.js';
import { isKnownKey, nearestKey } from './key-scope.js';
import { knownType, memberNames, typeIsForeign, wantsDefinitions, type NetworkType } from './situation.js';

const says = checks['config-keys'];

export const configKeys = defineCheck('config-keys', (intent, facts) => {
  const type = knownType(intent, facts);
  if (type === null) {
    if (typeIsForeign(intent, facts)) return notApplicable(says.foreignType);
    return unknown(says.notTold, { fix: createCommand(intent, { type: 'bridge' }) });
  }

  const problem = strangerKey(intent, facts, type) ?? givenTwice(intent) ?? wrongScope(intent, facts, type) ?? noParent(intent, facts, type);
  if (problem) return problem;

  return pass(Object.keys(intent.config).length > 0 ? says.allKnown(type) : says.none);
});

function strangerKey(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  // The server drops a key whose value is empty before it looks at it (networkConfigAdd).
  const given = [...Object.entries(intent.config), ...intent.memberConfig.map(({ key, value }) => [key, value] as const)];
  const strangers = given.filter(([key, value]) => value !== '' && !isKnownKey(type, key, facts)).map(([key]) => key);
  if (strangers.length === 0) return null;

  const fix = strangers.map((key) => suggestion(type, key, facts)).join('; ');
  // Without the server's metadata, its answer to a key that is newer than our list is not known.
  if (facts.configKeys.kind === 'unreadable') return unknown(says.strangerUnknown(type, strangers, facts.configKeys.reason), { fix });

  return fail(says.stranger(type, strangers), { fix });
}

function suggestion(type: NetworkType, key: string, facts: Facts): string {
  const nearest = nearestKey(type, key, facts);
  return nearest ? says.didYouMean(nearest) : says.leaveOut(key);
}

/** `--member-config` is not a list of which the last one wins: two values for one member are a slip. */
function givenTwice({ memberConfig }: Intent): CheckResult | null {
  const twice = memberConfig.find(({ member, key }, index) => memberConfig.findIndex((other) => other.member === member && other.key === key) < index);
  if (twice === undefined) return null;

  const values = memberConfig.filter(({ member, key }) => member === twice.member && key === twice.key).map(({ value }) => value);
  return fail(says.givenTwice(twice.key, twice.member, values), { fix: says.onceFix(twice.key, twice.member) });
}

/** A cluster splits the keys: a definition takes only member-specific ones, the create only the others (networksPost). */
function wrongScope(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  const own = Object.keys(intent.config).filter((key) => isMemberSpecific(key, facts));
  const global = Object.keys(intent.config).filter((key) => !isMemberSpecific(key, facts));
  const without = (keys: string[]) => Object.fromEntries(Object.entries(intent.config).filter(([key]) => !keys.includes(key)));

  const misplaced = intent.memberConfig.find(({ key }) => !isMemberSpecific(key, facts));
  if (misplaced) {
    return fail(says.notPerMember(misplaced.key, misplaced.member), { fix: says.notPerMemberFix(quote(`${misplaced.key}=${misplaced.value}`)) });
  }
  if (intent.target && global.length > 0) {
    return fail(says.notWithTarget(global), { fix: createCommand(intent, { config: without(global) }) });
  }
  if (type === 'ovn' && intent.memberConfig.length > 0) {
    return fail(says.ovnPerMember, { fix: createCommand(intent) });
  }
  if (intent.target || (intent.allMembers && type !== 'ovn') || !wantsDefinitions(facts) || own.length === 0) return null;

  const detail = says.perMember(own);
  if (memberNames(facts) === null) return unknown(says.unlessAlone(detail), { fix: createCommand(intent, { config: without(own) }) });

  return fail(detail, { fix: createCommand(intent, { config: without(own) }) });
}

/** The drivers ask for `parent` only when the network is created, after the rows are written (macvlan.Validate and its like). */
function noParent(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  if (!typesWithParent.includes(type) || intent.config['parent']) return null;

  const detail = says.noParent(type);
  const fix = says.parentFix(createCommand(intent, { config: { ...intent.config, parent: 'eth0' } }));
  if (intent.target) return warn(says.onEveryMember(detail), { fix });
  if (intent.allMembers && facts.server.clustered) {
    // A definition that is there already has a parent of its own, or has none that we could give it.
    const defined = facts.record.kind === 'known' ? facts.record.value.locations : [];
    const hasParent = (name: string) => intent.memberConfig.some(({ member, key, value }) => member === name && key === 'parent' && value);
    const without = memberNames(facts)?.filter((name) => !defined.includes(name) && !hasParent(name));
    if (!without || without.length === 0) return null;

    return fail(says.onMembers(detail, without), { fix: says.parentsFix(without.map((name) => `--member-config ${name}:parent=eth0`)) });
  }

  // The definitions that are there hold the parents, and nobody shows them without asking each member.
  return wantsDefinitions(facts) ? null : fail(detail, { fix });
}
