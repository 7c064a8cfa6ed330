import { isAfterIncus60 } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import { matchesKey } from '../facts/member-keys.js';
import { keys60, keysSince60 } from './config-schema.js';
import type { NetworkType } from './situation.js';
import type { Rule } from './values.js';

/*
 * Which keys a type has, on this server. The server's own metadata decides where it has any.
 */

/** The keys of the type on this server, with NAME and `*` in them. */
export function keyPatterns(type: NetworkType, facts: Facts): string[] {
  // Every type takes user.*; volatile keys are the server's own, and it lists them nowhere.
  const everywhere = ['user.*', ...(type === 'ovn' || type === 'physical' ? ['volatile.*'] : [])];
  if (facts.configKeys.kind === 'known') return [...facts.configKeys.value.map(({ key }) => key), ...everywhere];

  const later = isAfterIncus60(facts) ? Object.keys(keysSince60[type]) : [];
  return [...Object.keys(keys60[type]), ...later, ...everywhere];
}

export function isKnownKey(type: NetworkType, key: string, facts: Facts): boolean {
  return keyPatterns(type, facts).some((pattern) => matchesKey(pattern, key));
}

/** The rule for the key's values; null where we know none. */
export function ruleFor(type: NetworkType, key: string): Rule | null {
  const rules = { ...keys60[type], ...keysSince60[type] };
  const pattern = Object.keys(rules).find((candidate) => matchesKey(candidate, key));

  return pattern === undefined ? null : (rules[pattern] ?? null);
}

/** The known key that a mistyped one was probably meant to be. */
export function nearestKey(type: NetworkType, key: string, facts: Facts): string | null {
  // NAME takes the segment that was typed, so that only the rest is compared.
  const candidates = keyPatterns(type, facts)
    .filter((pattern) => !pattern.includes('*'))
    .map((pattern) => pattern.split('.').map((part, index) => (part === 'NAME' ? (key.split('.')[index] ?? part) : part)).join('.'))
    .map((candidate) => ({ candidate, distance: editDistance(key, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = candidates;

  return best && best.distance <= Math.max(2, Math.floor(key.length / 4)) ? best.candidate : null;
}

/** Levenshtein, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (character === other ? 0 : 1)));
    }
    row = next;
  }

  return row.at(-1) ?? 0;
}
