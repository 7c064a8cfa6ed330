import type { Facts } from '../facts/facts.js';
import { isMemberSpecific } from '../facts/member-keys.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn, type CheckResult } from './check.js';
import { typesWithParent } from './config-schema.js';
import { isKnownKey, nearestKey } from './key-scope.js';
import { knownType, memberNames, typeIsForeign, wantsDefinitions, type NetworkType } from './situation.js';
import { createCommand, list, quote } from './words.js';

export const configKeys = defineCheck('config-keys', (intent, facts) => {
  const type = knownType(intent, facts);
  if (type === null) {
    if (typeIsForeign(intent, facts)) return notApplicable('the keys of an unknown type are not known either');
    return unknown('cannot tell which keys the network may have: the project, and so the type, cannot be read', { fix: createCommand(intent, { type: 'bridge' }) });
  }

  const problem = strangerKey(intent, facts, type) ?? givenTwice(intent) ?? wrongScope(intent, facts, type) ?? noParent(intent, facts, type);
  if (problem) return problem;

  return pass(Object.keys(intent.config).length > 0 ? `every key is one of type "${type}"` : 'no config keys were given');
});

function strangerKey(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  // The server drops a key whose value is empty before it looks at it (networkConfigAdd).
  const given = [...Object.entries(intent.config), ...intent.memberConfig.map(({ key, value }) => [key, value] as const)];
  const strangers = given.filter(([key, value]) => value !== '' && !isKnownKey(type, key, facts)).map(([key]) => key);
  if (strangers.length === 0) return null;

  const named = list(strangers.map((key) => `"${key}"`));
  const fix = strangers.map((key) => suggestion(type, key, facts)).join('; ');
  // Without the server's metadata, its answer to a key that is newer than our list is not known.
  if (facts.configKeys.kind === 'unreadable') return unknown(`cannot tell whether type "${type}" has ${named}: ${facts.configKeys.reason}`, { fix });

  return fail(`type "${type}" has no config key ${named}`, { fix });
}

function suggestion(type: NetworkType, key: string, facts: Facts): string {
  const nearest = nearestKey(type, key, facts);
  if (nearest) return `did you mean ${nearest}?`;

  return `leave ${key} out, or keep it as user.${key}`;
}

/** `--member-config` is not a list of which the last one wins: two values for one member are a slip. */
function givenTwice({ memberConfig }: Intent): CheckResult | null {
  const twice = memberConfig.find(({ member, key }, index) => memberConfig.findIndex((other) => other.member === member && other.key === key) < index);
  if (twice === undefined) return null;

  const values = memberConfig.filter(({ member, key }) => member === twice.member && key === twice.key).map(({ value }) => JSON.stringify(value));
  return fail(`"${twice.key}" is given more than once for member "${twice.member}": ${list(values)}`, {
    fix: `give --member-config ${twice.member}:${twice.key}=… once`,
  });
}

/** A cluster splits the keys: a definition takes only member-specific ones, the create only the others (networksPost). */
function wrongScope(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  const own = Object.keys(intent.config).filter((key) => isMemberSpecific(key, facts));
  const global = Object.keys(intent.config).filter((key) => !isMemberSpecific(key, facts));
  const without = (keys: string[]) => Object.fromEntries(Object.entries(intent.config).filter(([key]) => !keys.includes(key)));

  const misplaced = intent.memberConfig.find(({ key }) => !isMemberSpecific(key, facts));
  if (misplaced) {
    return fail(`"${misplaced.key}" is the same on every member, so it cannot be set for member "${misplaced.member}"`, {
      fix: `give ${quote(`${misplaced.key}=${misplaced.value}`)} without --member-config`,
    });
  }
  if (intent.target && global.length > 0) {
    return fail(`${list(global.map((key) => `"${key}"`))} cannot be set for one member with --target`, {
      fix: createCommand(intent, { config: without(global) }),
    });
  }
  if (type === 'ovn' && intent.memberConfig.length > 0) {
    return fail('an ovn network has no config of single members', { fix: createCommand(intent) });
  }
  if (intent.target || (intent.allMembers && type !== 'ovn') || !wantsDefinitions(facts) || own.length === 0) return null;

  const detail = `${list(own.map((key) => `"${key}"`))} is set per cluster member, not for the network as a whole`;
  if (memberNames(facts) === null) return unknown(`${detail}, unless the cluster has a single member`, { fix: createCommand(intent, { config: without(own) }) });

  return fail(detail, { fix: createCommand(intent, { config: without(own) }) });
}

/** The drivers ask for `parent` only when the network is created, after the rows are written (macvlan.Validate and its like). */
function noParent(intent: Intent, facts: Facts, type: NetworkType): CheckResult | null {
  if (!typesWithParent.includes(type) || intent.config['parent']) return null;

  const detail = `type "${type}" needs the config key "parent"`;
  const fix = `name an interface of the host: ${createCommand(intent, { config: { ...intent.config, parent: 'eth0' } })}`;
  if (intent.target) return warn(`${detail} on every member, or the create that follows fails`, { fix });
  if (intent.allMembers && facts.server.clustered) {
    // A definition that is there already has a parent of its own, or has none that we could give it.
    const defined = facts.record.kind === 'known' ? facts.record.value.locations : [];
    const hasParent = (name: string) => intent.memberConfig.some(({ member, key, value }) => member === name && key === 'parent' && value);
    const without = memberNames(facts)?.filter((name) => !defined.includes(name) && !hasParent(name));
    return without && without.length > 0 ? fail(`${detail} on ${list(without)}`, {
          fix: `name an interface of each: ${without.map((name) => `--member-config ${name}:parent=eth0`).join(' ')}`,
        }) : null;
  }

  // The definitions that are there hold the parents, and nobody shows them without asking each member.
  return wantsDefinitions(facts) ? null : fail(detail, { fix });
}
