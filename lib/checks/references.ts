import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { items } from './situation.js';
import type { Complaint } from './values.js';
import { list } from './words.js';

/*
 * ACLs and zones that the config names. The drivers look them up only when the network is created, after the rows
 * are written (acl.Exists, validateZoneNames in internal/server/network/driver_common.go, 6.0.4).
 */
export function missingReference({ config }: Intent, { references: { acls, zones } }: Facts): Complaint | null {
  const named = items(config['security.acls']).filter((name) => name !== '');
  const unknownAcls = acls.kind === 'known' ? named.filter((name) => !acls.value.includes(name)) : [];
  if (unknownAcls.length > 0) {
    return { says: `security.acls names ${quoted(unknownAcls)}, and the project has no such ACL`, give: `create it first: incus network acl create ${unknownAcls[0]}` };
  }
  const twice = named.find((name, index) => named.indexOf(name) < index);
  if (twice !== undefined) return { says: `security.acls names "${twice}" more than once`, give: 'name each ACL once' };

  return missingZone(config, zones);
}

function missingZone(config: Record<string, string>, zones: Facts['references']['zones']): Complaint | null {
  for (const key of ['dns.zone.forward', 'dns.zone.reverse.ipv4', 'dns.zone.reverse.ipv6']) {
    const named = items(config[key]).filter((name) => name !== '');
    if (named.length > 1 && key !== 'dns.zone.forward') return { says: `${key} takes a single zone`, give: `give one zone as ${key}` };

    const missing = zones.kind === 'known' ? named.filter((name) => !zones.value.includes(name)) : [];
    if (missing.length > 0) return { says: `${key} names ${quoted(missing)}, and there is no such zone`, give: `create it first: incus network zone create ${missing[0]}` };
  }
  return null;
}

function quoted(names: string[]): string {
  return list(names.map((name) => `"${name}"`));
}
