import * as z from '../zod.js';
import type { IncusServer } from '../incus/server.js';
import { apiPath, nameInUrl } from '../incus/paths.js';
import type { Intent } from '../intent/intent.js';
import type { Fact, References, ServerFact } from './facts.js';
import { evidence } from '../words/evidence.js';
import { unreadable } from './facts.js';
import { map, read } from './reading.js';

const Names = z.nullish(z.array(z.string()));

/** Names of the ACLs and zones that the config can refer to; asked only where it does. */
export async function gatherReferences({ config, project }: Intent, info: ServerFact, server: IncusServer): Promise<References> {
  const [acls, zones] = await Promise.all([
    config['security.acls'] ? names(server, ['1.0', 'network-acls'], { project }) : unreadable(evidence.notAsked),
    Object.entries(config).some(([key, value]) => key.startsWith('dns.zone.') && value) ? zoneNames(info, server) : unreadable(evidence.notAsked),
  ]);
  return { acls, zones };
}

/** A zone may stand in any project (validateZoneNames, internal/server/network/driver_common.go, 6.0.4). */
async function zoneNames(info: ServerFact, server: IncusServer): Promise<Fact<string[]>> {
  if (!info.extensions.includes('network_zones_all_projects')) return unreadable(evidence.noZones);
  // Who may not see the server's config may not see all projects either.
  if (Object.keys(info.config).length === 0) return unreadable(evidence.hiddenZones);

  return names(server, ['1.0', 'network-zones'], { 'all-projects': 'true' });
}

async function names(server: IncusServer, segments: string[], query: Record<string, string>): Promise<Fact<string[]>> {
  return map(await read(() => server.get(apiPath(segments, query), Names)), (urls) => (urls ?? []).map(nameInUrl));
}
