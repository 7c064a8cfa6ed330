import * as z from '../zod.js';
import { CliError } from '../errors.js';
import { apiPath, nameInUrl, networksPath } from '../incus/paths.js';
import { Network } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { readings } from '../words/leftovers.js';

/** What the running server knows, as far as it explains what is on this machine. */
export interface Records {
  /** Every network with a record, hidden ones included, and every interface that a network's config names. */
  names: Set<string>;
  /** Addresses of networks, without their length. */
  addresses: Set<string>;
  /** Instances as they stand in names of firewall chains: `<project>_<instance>`, without the project where it is default. */
  instances: Set<string>;
}

const Urls = z.array(z.string());

/** Reads all that explains; fails rather than knowing only a part. */
export async function readRecords(server: IncusServer): Promise<Records> {
  const listed = await server.get(networksPath({ 'all-projects': 'true' }), Urls);
  const networks = await server.get(networksPath({ 'all-projects': 'true', recursion: '1' }), z.array(Network));
  const instances = await server.get(apiPath(['1.0', 'instances'], { 'all-projects': 'true' }), Urls);

  return recordsOf(listed, networks, instances);
}

export function recordsOf(listed: string[], networks: Network[], instances: string[]): Records {
  const unmanaged = new Set(networks.filter(({ managed }) => !managed).map(({ name }) => name));
  const managed = networks.filter(({ managed: is }) => is);
  // Listed and not loaded is a hidden record: it explains its name, until it is repaired.
  const hidden = listed.map(nameInUrl).filter((name) => !unmanaged.has(name));

  return {
    names: new Set([...managed.map(({ name }) => name), ...hidden, ...managed.flatMap(({ config }) => namedInterfaces(config))]),
    addresses: new Set(managed.flatMap(({ config }) => [config['ipv4.address'], config['ipv6.address']].flatMap((address) => address?.split('/')[0] ?? []))),
    instances: new Set(instances.map(labelOf)),
  };
}

function namedInterfaces(config: Record<string, string>): string[] {
  const external = (config['bridge.external_interfaces'] ?? '').split(',').map((entry) => entry.trim().split('/'));
  return [config['parent'] ?? '', ...external.flatMap(([name = '', parent = '']) => [name, parent])].filter((name) => name !== '');
}

/** project.Instance of internal/server/project, 6.0.4. */
function labelOf(url: string): string {
  const project = new URLSearchParams(url.split('?')[1] ?? '').get('project') ?? 'default';
  return project === 'default' ? nameInUrl(url) : `${project}_${nameInUrl(url)}`;
}

/** Refuses a server that may hide something from us: what it does not list would look like a leftover. */
export function requireWholeView(auth: string, project: string | undefined): void {
  if (auth === 'trusted' && (project ?? 'default') === 'default') return;
  throw new CliError(readings.showsAPart, {
    hint: readings.showsAPartFix,
  });
}
