/*
 * A machine as it was recorded: Incus 6.0.4 with the bridges incusbr0 and barebr (without addresses), killed;
 * beside it docker0 with chains of iptables, virbr0 with libvirt's dnsmasq, lxdbr0 with LXD's, and a plain br0.
 */
import { readFileSync } from 'node:fs';

import { gatherHost, placeOf } from '../../lib/leftovers/gather.js';
import type { HostFacts } from '../../lib/leftovers/facts.js';
import type { FolderEntry, Machine, ProgramRun } from '../../lib/leftovers/machine.js';

export const recorded = (name: string): string => readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8');

export interface Recording {
  /** Text of files by path. */
  files: Map<string, string>;
  links: Map<string, string>;
  folders: Map<string, FolderEntry[]>;
  /** Output by command line; a program that is not in it is not there. */
  programs: Map<string, string>;
  /** What a program says that fails. */
  failures: Map<string, string>;
  env: Record<string, string>;
}

const here = 'net:[1]';

export function recording(): Recording {
  const machine: Recording = {
    files: new Map([['/proc/self/mountinfo', recorded('mountinfo.txt')]]),
    links: new Map([['/proc/self/ns/net', here]]),
    folders: new Map([['/proc', []]]),
    programs: new Map([
      ['ip -json -details address show', recorded('ip.json')],
      ['nft --json -nn list ruleset', recorded('nft.json')],
      ['iptables-save', recorded('iptables-save.txt')],
      ['ip6tables-save', ''],
    ]),
    failures: new Map(),
    env: {},
  };
  addProcess(machine, 70, recorded('dnsmasq-incus.txt'));
  addProcess(machine, 107, recorded('dnsmasq-libvirt.txt'));
  addProcess(machine, 113, recorded('dnsmasq-lxd.txt'));
  for (const name of ['incusbr0', 'barebr', 'lxdbr0']) machine.files.set(`/sys/class/net/${name}/addr_assign_type`, '3\n');
  for (const name of ['docker0', 'virbr0', 'br0']) machine.files.set(`/sys/class/net/${name}/addr_assign_type`, '1\n');
  addFolder(machine, '/var/lib/incus', { guestapi: 'folder', shmounts: 'folder' });
  return machine;
}

/** `lines`: the words of its command line, one to a line. */
export function addProcess(machine: Recording, pid: number, lines: string, { exe = '/usr/sbin/dnsmasq', net = here, environ = '' } = {}): void {
  machine.folders.get('/proc')?.push({ name: `${pid}`, kind: 'folder' });
  machine.files.set(`/proc/${pid}/cmdline`, lines.trimEnd().split('\n').join('\0') + '\0');
  machine.files.set(`/proc/${pid}/stat`, `${pid} (name) S ${Array.from({ length: 18 }, () => '0').join(' ')} ${pid}00 0`);
  machine.files.set(`/proc/${pid}/environ`, environ);
  machine.links.set(`/proc/${pid}/exe`, exe);
  machine.links.set(`/proc/${pid}/ns/net`, net);
}

export function addFolder(machine: Recording, path: string, entries: Record<string, FolderEntry['kind']>): void {
  machine.folders.set(path, Object.entries(entries).map(([name, kind]) => ({ name, kind })));
}

/** Changes what `ip` says of one interface, or adds one. */
export function setInterface(machine: Recording, name: string, change: object): void {
  const key = 'ip -json -details address show';
  const links = JSON.parse(machine.programs.get(key) ?? '[]') as { ifname: string }[];
  const link = links.find(({ ifname }) => ifname === name);
  if (link === undefined) links.push({ ifname: name, ifindex: 90 + links.length, ...change } as { ifname: string });
  else Object.assign(link, change);
  machine.programs.set(key, JSON.stringify(links));
}

export function machineOf({ files, links, folders, programs, failures }: Recording): Machine {
  return {
    run: (argv) => Promise.resolve(answer(programs.get(argv.join(' ')), failures.get(argv.join(' ')))),
    read: (path) => Promise.resolve(files.get(path) ?? null),
    link: (path) => Promise.resolve(links.get(path) ?? null),
    list: (path) => Promise.resolve(folders.get(path) ?? null),
    realPath: (path) => Promise.resolve(links.get(path) ?? (files.has(path) || folders.has(path) ? path : null)),
  };
}

function answer(stdout: string | undefined, failure: string | undefined): ProgramRun {
  if (failure !== undefined) return { status: 1, stdout: '', stderr: `${failure}\n` };
  return stdout === undefined ? { status: 127, stdout: '', stderr: 'command not found' } : { status: 0, stdout, stderr: '' };
}

/** What is known of the machine; `version` is that of an Incus that answers. */
export async function factsOf(machine: Recording, version: string | null = null): Promise<HostFacts> {
  const world = machineOf(machine);
  return gatherHost(await placeOf(machine.env, world), version, world);
}
