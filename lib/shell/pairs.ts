import type { Question } from './question.js';

/** The config keys of a type, with NAME in some, and the rules for their values; a rule answers null for what it takes. */
export interface KeyTable {
  keys: readonly string[];
  rules: Readonly<Record<string, (value: string, lenient: boolean) => unknown>>;
}

const memberKeys = ['parent', 'bridge.external_interfaces', 'bgp.ipv4.nexthop', 'bgp.ipv6.nexthop'];

/** `key=` and `key=value`, without the keys that have been given. */
export function pairs({ fragment, pairs: given }: Pick<Question, 'fragment' | 'pairs'>, table: KeyTable, fromServer: readonly string[]): string[] {
  const [, key] = /^([^=]+)=/.exec(fragment) ?? [];
  if (key !== undefined) return [...valuesOf(key, table), ...fromServer].map((value) => `${key}=${value}`);

  const taken = new Set(given.map((pair) => pair.split('=')[0]));
  const keys = table.keys.filter((name) => !taken.has(name)).map((name) => (name.includes('NAME') ? `${name.split('NAME')[0]}` : `${name}=`));
  return [...new Set([...keys, ...(keys.length > 0 ? ['user.'] : [])])];
}

/** `member:key=value`, a piece at a time. */
export function memberPairs(fragment: string, members: readonly string[], table: KeyTable, fromServer: readonly string[]): string[] {
  const [, member, pair] = /^([^:=]+:)(.*)$/.exec(fragment) ?? [];
  if (member === undefined || pair === undefined) return members.map((name) => `${name}:`);

  const own = { ...table, keys: table.keys.filter((key) => memberKeys.includes(key)) };
  return pairs({ fragment: pair, pairs: [] }, own, fromServer)
    .filter((word) => word !== 'user.')
    .map((word) => `${member}${word}`);
}

/** Words that some key or other takes. */
const candidates = ['auto', 'none', 'true', 'false', 'native', 'openvswitch', 'dynamic', 'managed', 'before', 'after', 'allow', 'allow-stateless', 'drop', 'reject', 'gre', 'vxlan', 'l2proxy', 'routed'];

/** A key that takes any word takes all of these too, and is not worth a suggestion. */
function valuesOf(key: string, { rules }: KeyTable): string[] {
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  if (rule === undefined || rule('no-such-word', false) === null) return [];

  return candidates.filter((word) => rule(word, false) === null);
}
