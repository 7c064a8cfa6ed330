import * as z from '../zod.js';
import type { Finding } from '../doctor/finding.js';
import { apiPath, networksPath } from '../incus/paths.js';
import { Network } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { uninstall as says } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Mount } from './facts.js';

/** One element of `GET /1.0/instances?recursion=1`, and of `GET /1.0/profiles?recursion=1`. */
const Devices = z.nullish(z.record(z.string(), z.record(z.string(), z.string())));
const Instance = z.object({ name: z.string(), project: z._default(z.string(), 'default'), status: z.string(), location: z._default(z.string(), ''), devices: Devices });
const Profile = z.object({ name: z.string(), project: z.optional(z.string()), devices: Devices, used_by: z.nullish(z.array(z.string())) });
type Instance = z.infer<typeof Instance>;
type Profile = z.infer<typeof Profile>;

export interface Inventory {
  instances: Instance[];
  profiles: (Profile & { project: string })[];
  networks: Network[];
  /** Mounts under Incus's folder. */
  mounts: Mount[];
}

export async function readInventory(server: IncusServer, mounts: Mount[]): Promise<Inventory> {
  const all = { 'all-projects': 'true', recursion: '1' };
  const [instances, networks, projects] = await Promise.all([
    server.get(apiPath(['1.0', 'instances'], all), z.array(Instance)),
    server.get(networksPath({ 'all-projects': 'true', recursion: '1' }), z.array(Network)),
    server.get(apiPath(['1.0', 'projects'], { recursion: '1' }), z.array(z.object({ name: z.string(), config: z.record(z.string(), z.string()) }))),
  ]);
  // Not every version lists the profiles of all projects at once.
  const withProfiles = projects.filter(({ name, config }) => name === 'default' || config['features.profiles'] === 'true').map(({ name }) => name);
  const profiles = await Promise.all(
    withProfiles.map(async (project) =>
      (await server.get(apiPath(['1.0', 'profiles'], { project, recursion: '1' }), z.array(Profile))).map((profile) => ({ ...profile, project })),
    ),
  );
  return { instances, networks, profiles: profiles.flat(), mounts };
}

/**
 * What a purge would leave behind, in the order in which to remove it: what runs, what uses a network, the
 * networks, the pools. A purge only ends the daemon, and deletes files; it takes nothing down (incus-base.prerm
 * and incus-base.postrm of Debian's 6.0.4; Stop in cmd/incusd/daemon.go).
 */
export function beforeUninstall({ instances, profiles, networks, mounts }: Inventory, folder: string): Finding[] {
  const doomed = networks.filter(leavesSomething).sort((one, other) => Number(other.type === 'ovn') - Number(one.type === 'ovn'));
  const names = new Set(doomed.map(({ name }) => name));

  return [
    ...instances.filter(({ status }) => status !== 'Stopped').map(runningInstance),
    ...instances.flatMap((instance) => devicesOn(names, instance.devices).map((device) => usedNetwork('instance', instance, device))),
    ...profiles.flatMap((profile) => devicesOn(names, profile.devices).map((device) => usedNetwork('profile', profile, device))),
    ...doomed.map(liveNetwork),
    ...mounts.filter(({ path }) => path.startsWith(`${folder}/storage-pools/`)).map(mountedPool),
  ];
}

/** macvlan and sriov make nothing of their own on the host, nor does physical without a VLAN. */
function leavesSomething({ managed, type, config }: Network): boolean {
  return managed && (['bridge', 'ovn'].includes(type) || (type === 'physical' && (config['vlan'] ?? '') !== ''));
}

interface UsedDevice {
  device: string;
  network: string;
}

function devicesOn(names: Set<string>, devices: z.infer<typeof Devices>): UsedDevice[] {
  return Object.entries(devices ?? {}).flatMap(([device, { type, network = '', parent = '' }]) => {
    const used = [network, parent].find((name) => names.has(name));
    return type === 'nic' && used !== undefined ? [{ device, network: used }] : [];
  });
}

function runningInstance({ name, project, status }: Instance): Finding {
  return finding('leftover-mount', project, null, says.runs(name, status), [
    'incus',
    'stop',
    name,
    ...inProject(project),
  ]);
}

function usedNetwork(kind: 'instance' | 'profile', { name, project }: { name: string; project: string }, { device, network }: UsedDevice): Finding {
  const command = ['incus', ...(kind === 'profile' ? ['profile'] : ['config']), 'device', 'remove', name, device, ...inProject(project)];
  return finding('orphan-interface', project, network, says.uses(device, kind, name, network), command);
}

function liveNetwork({ name, type, config, project = 'default' }: Network): Finding {
  const hasAddress = ['ipv4.address', 'ipv6.address'].some((key) => !['', 'none'].includes(config[key] ?? ''));
  const bridge = hasAddress ? says.bridge : says.bareBridge;
  const what = type === 'bridge' ? bridge : type === 'ovn' ? says.ovn : says.vlan;
  return finding('orphan-interface', project, name, says.leaves(name, what), ['incus', 'network', 'delete', name, ...inProject(project)]);
}

function mountedPool({ path }: Mount): Finding {
  return finding('leftover-mount', null, null, says.pool(path), [
    'incus',
    'admin',
    'shutdown',
  ]);
}

function inProject(project: string): string[] {
  return project === 'default' ? [] : ['--project', project];
}

function finding(kind: Finding['kind'], project: string | null, network: string | null, evidence: string, command: string[]): Finding {
  return { kind, severity: 'warning', remote: 'local', project, network, evidence, fix: shellLine(command) };
}
