import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createReference } from '../words/commands.js';
import type { Complaint } from '../words/values.js';
import { items } from './situation.js';

const says = checks['config-values'];

/*
 * ACLs and zones that the config names. The drivers look them up only when the network is created, after the rows
 * are written (acl.Exists, validateZoneNames in internal/server/network/driver_common.go, 6.0.4).
 */
export function missingReference(intent: Intent, { references: { acls, zones } }: Facts): Complaint | null {
  const named = items(intent.config['security.acls']).filter((name) => name !== '');
  const missing = acls.kind === 'known' ? named.filter((name) => !acls.value.includes(name)) : [];
  const [first] = missing;
  if (first !== undefined) return says.noAcl(missing, createReference(intent, 'acl', first));

  const twice = named.find((name, index) => named.indexOf(name) < index);
  return twice === undefined ? missingZone(intent, zones) : says.aclTwice(twice);
}

function missingZone(intent: Intent, zones: Facts['references']['zones']): Complaint | null {
  for (const key of ['dns.zone.forward', 'dns.zone.reverse.ipv4', 'dns.zone.reverse.ipv6']) {
    const named = items(intent.config[key]).filter((name) => name !== '');
    if (named.length > 1 && key !== 'dns.zone.forward') return says.oneZone(key);

    const missing = zones.kind === 'known' ? named.filter((name) => !zones.value.includes(name)) : [];
    const [first] = missing;
    if (first !== undefined) return says.noZone(key, missing, createReference(intent, 'zone', first));
  }
  return null;
}
