import type { Daemon, Dnsmasq, InstanceProcess, Place } from './facts.js';
import { DEFAULT_FOLDER } from './facts.js';
import { dnsmasqOf, instanceOf, isDaemon, isIncusd } from './command-line.js';
import type { Machine } from './machine.js';

export interface IncusProcesses {
  dnsmasqs: Dnsmasq[];
  instances: InstanceProcess[];
  daemons: Daemon[];
}

/**
 * The processes of this network namespace that concern Incus. One in another network namespace serves other
 * interfaces, behind other firewall tables: a container's, or another machine's.
 */
export async function readProcesses(machine: Machine, place: Place): Promise<IncusProcesses> {
  const here = await machine.link('/proc/self/ns/net');
  const pids = ((await machine.list('/proc')) ?? []).map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  const found: IncusProcesses = { dnsmasqs: [], instances: [], daemons: [] };

  await Promise.all(
    pids.map(async (text) => {
      const argv = (await machine.read(`/proc/${text}/cmdline`))?.replace(/\0$/, '').split('\0') ?? [];
      const dnsmasq = dnsmasqOf(argv);
      const instance = instanceOf(argv, place);
      const daemon = isDaemon(argv);
      if ((dnsmasq === null && instance === null && !daemon) || (await machine.link(`/proc/${text}/ns/net`)) !== here) return;

      const pid = Number(text);
      const exe = (await machine.link(`/proc/${text}/exe`)) ?? '';
      const program = programName(exe);
      if (dnsmasq !== null && program === 'dnsmasq') found.dnsmasqs.push({ pid, started: await startOf(text, machine), ...dnsmasq });
      if (instance !== null) found.instances.push({ pid, name: instance });
      if (daemon && isIncusd(program)) found.daemons.push({ pid, started: await startOf(text, machine), folder: await folderOf(text, machine), lostProgram: isDeleted(exe) });
    }),
  );
  found.dnsmasqs.sort((one, other) => one.pid - other.pid);
  return found;
}

/** The kernel adds a word to the path of a program that was removed or replaced, as an uninstall does. */
const DELETED = / \(deleted\)$/;

function programName(exe: string): string {
  return exe.replace(DELETED, '').split('/').at(-1) ?? '';
}

function isDeleted(exe: string): boolean {
  return DELETED.test(exe);
}

/** Field 22 of /proc/<pid>/stat; the second field, the name, may hold spaces and brackets. */
async function startOf(pid: string, machine: Machine): Promise<string> {
  const stat = (await machine.read(`/proc/${pid}/stat`)) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function folderOf(pid: string, machine: Machine): Promise<string> {
  const environment = (await machine.read(`/proc/${pid}/environ`))?.split('\0') ?? [];
  return environment.find((entry) => entry.startsWith('INCUS_DIR='))?.slice('INCUS_DIR='.length) || DEFAULT_FOLDER;
}
