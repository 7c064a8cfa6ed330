import path from 'node:path';
import { readings } from '../words/leftovers.js';
import type { Daemon, HostFacts, IncusPresence, Place } from './facts.js';
import { DEFAULT_FOLDER } from './facts.js';
import { readIptables, readNft } from './firewall.js';
import { readFolder, readNetworkFolders } from './folders.js';
import { readInterfaces } from './links.js';
import type { Machine } from './machine.js';
import { readLxcfs, readMounts } from './mounts.js';
import { readProcesses } from './processes.js';

/** Where packages put the daemon: Debian, others, and those that bring a tree of their own. */
const DAEMONS = ['/usr/libexec/incus/incusd', '/usr/lib/incus/incusd', '/usr/bin/incusd', '/usr/sbin/incusd', '/usr/local/bin/incusd', '/opt/incus/bin/incusd', '/run/current-system/sw/bin/incusd'];

/** Its unit, for packages that put the daemon elsewhere; packages take it away when they are removed. */
const UNITS = ['/etc/systemd/system/incus.service', '/usr/lib/systemd/system/incus.service', '/lib/systemd/system/incus.service'];

export async function placeOf(env: Readonly<Record<string, string | undefined>>, machine: Machine): Promise<Place> {
  const own = env.INCUS_DIR ? path.normalize(env.INCUS_DIR).replace(/(.)\/$/, '$1') : null;
  const folder = own ?? DEFAULT_FOLDER;
  return {
    folder,
    realFolder: (await machine.realPath(folder)) ?? folder,
    runFolder: own === null ? '/run/incus' : path.join(own, 'run'),
    sideFolders: own === null ? ['/var/log/incus', '/var/cache/incus'] : [],
  };
}

/** Looks at this machine once. `version` is that of the server which answered on the folder's socket; null where none did. */
export async function gatherHost(place: Place, version: string | null, machine: Machine): Promise<HostFacts> {
  const mounts = await readMounts(machine);
  const [interfaces, processes, nft, iptables, lxcfs, networkFolders, folders] = await Promise.all([
    readInterfaces(machine),
    readProcesses(machine, place),
    readNft(machine),
    readIptables(machine),
    readLxcfs(mounts, machine),
    readNetworkFolders(place.folder, machine),
    Promise.all([place.folder, ...place.sideFolders, ...(place.sideFolders.length > 0 ? [place.runFolder] : [])].map((folder) => readFolder(folder, mounts, machine))),
  ]);
  const { own, others } = await sortDaemons(processes.daemons, place, machine);
  const incus = await presence(place, version, own, machine);

  return {
    place,
    incus,
    interfaces,
    dnsmasqs: processes.dnsmasqs,
    instances: processes.instances,
    orphanDaemons: incus.kind === 'gone' ? own : [],
    otherDaemons: others,
    nft: nft.found,
    iptables: iptables.found,
    mounts: mounts.filter((mount) => mount.path.startsWith(`${place.realFolder}/`)).map(({ path: at, type }) => ({ path: at, type })),
    lxcfs,
    networkFolders,
    folders: folders.flatMap((folder) => folder ?? []),
    unseen: [...nft.unseen, ...iptables.unseen],
  };
}

async function sortDaemons(daemons: Daemon[], place: Place, machine: Machine): Promise<{ own: Daemon[]; others: Daemon[] }> {
  const isOwn = await Promise.all(daemons.map(async ({ folder }) => folder === place.folder || (await machine.realPath(folder)) === place.realFolder));
  return { own: daemons.filter((_, index) => isOwn[index]), others: daemons.filter((_, index) => !isOwn[index]) };
}

/** Debian's prerm stops no daemon under systemd (incus-base.prerm, 6.0.4), so one may live on without its program and its data. */
async function presence({ folder }: Place, version: string | null, daemons: Daemon[], machine: Machine): Promise<IncusPresence> {
  if (version !== null) return { kind: 'running', version };
  const programs = await Promise.all([...DAEMONS, ...UNITS].map(async (file) => ((await machine.realPath(file)) === null ? null : file)));
  const program = programs.find((found) => found !== null) ?? null;
  const hasDatabase = (await machine.list(path.join(folder, 'database'))) !== null;
  const daemon = daemons.find(({ lostProgram }) => !lostProgram || hasDatabase);
  if (daemon !== undefined) return { kind: 'stopped', why: readings.isSilent(daemon.pid, `${folder}/unix.socket`) };
  if (program !== null && hasDatabase) return { kind: 'stopped', why: readings.isStopped(program, folder) };
  return { kind: 'gone', program, hasDatabase };
}
