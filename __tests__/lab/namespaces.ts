import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { eventually } from '../helpers/run.js';

/** Machines made of namespaces (keeper.sh, machine.sh), without anything on them yet. */
export interface Machines {
  /** Folder of the lab; each machine has its own below it, by name. */
  folder: string;
  /** Process id, seen from here, of the first process of each machine: the way into its namespaces. */
  pids: Map<string, number>;
  /** Ends everything on the machines and removes the folder. */
  close(): Promise<void>;
}

const prefix = 'safenet-lab-';
const keeper = fileURLToPath(new URL('keeper.sh', import.meta.url));

/** Makes `count` machines, node1 and so on; with more than one they see each other at 10.99.0.1 and so on. `share`: where their scripts and schemas of Open vSwitch and OVN are, unless they are the host's. */
export async function openMachines(count: number, share = ''): Promise<Machines> {
  await sweep();

  const folder = mkdtempSync(join(tmpdir(), `${prefix}${owner()}-`));
  const names = Array.from({ length: count }, (_, index) => `node${index + 1}`);
  for (const name of names) mkdirSync(join(folder, name, 'run'), { recursive: true });

  // A session of its own: Ctrl-C on the terminal is for the tests, which then take the lab down.
  const holder = spawn('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', 'bash', keeper, folder, `${count}`, share], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()).once('error', () => resolve()));
  const close = async () => {
    holder.ref();
    holder.stdin.destroy();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const pids = await machinesReady(holder);
    // The keeper does not keep the tests alive: when they end without close(), the kernel closes its input.
    for (const handle of [holder, holder.stdin, holder.stdout, holder.stderr]) (handle as { unref?(): void }).unref?.();
    return { folder, pids, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What stands in front of a command line to run it on a machine. */
export function enter(pid: number): string[] {
  // --root: a mount namespace is entered at its very root, which is too high where the tests run in a chroot.
  return ['nsenter', `--target=${pid}`, '--mount', '--root', '--net', '--pid', '--uts', '--ipc'];
}

/**
 * Sends a signal to the program that nsenter runs. nsenter itself only waits for it, because a PID
 * namespace is entered by a child; it then ends the same way, signal included.
 */
export function signalInside(child: ChildProcess, signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;

  try {
    const inside = childrenOf(pid);
    // nsenter stops together with the program, and has to be woken up with it.
    const targets = signal === 'SIGCONT' ? [pid, ...inside] : inside;
    for (const target of targets.length > 0 ? targets : [pid]) process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}

/** Process id, seen from here, of the program that nsenter runs; null before it runs and after its end. */
export function pidInside(child: ChildProcess): number | null {
  if (child.pid === undefined) return null;
  return childrenOf(child.pid)[0] ?? null;
}

/** Removes what is left of labs whose tests are gone without a keeper that cleaned up. */
export async function sweep(): Promise<void> {
  const abandoned = readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix) && !isOwned(entry));

  for (const entry of abandoned) {
    const folder = join(tmpdir(), entry);
    for (const pid of keepersOf(folder)) {
      kill(pid);
      await eventually(`the end of the keeper of ${folder}`, () => readStat(pid) === null);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function machinesReady(keeper: ChildProcess): Promise<Map<string, number>> {
  return new Promise((resolve, reject) => {
    const pids = new Map<string, number>();
    const said: string[] = [];
    keeper.once('error', reject);
    keeper.once('close', () => reject(new Error(`the machines of the lab could not be made:\n${said.join('')}`)));
    keeper.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    if (!keeper.stdout) return;

    createInterface(keeper.stdout).on('line', (line) => {
      const [word, name, pid] = line.split(' ');
      if (word === 'machine' && name !== undefined) pids.set(name, Number(pid));
      if (word === 'ready') resolve(pids);
    });
  });
}

/** Names this process for ever: ids are used again, but not with the same start time in the same PID namespace. */
function owner(): string {
  return `${pidNamespace()}-${process.pid}-${readStat(process.pid)?.startTime}`;
}

function isOwned(entry: string): boolean {
  const [namespace, pid, startTime] = entry.slice(prefix.length).split('-');
  // Not ours to judge: the folder is shared with another PID namespace.
  if (namespace !== pidNamespace()) return true;
  return readStat(Number(pid))?.startTime === startTime;
}

function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

/** Processes that hold a lab together; each of them ends it all. */
export function keepersOf(folder: string): number[] {
  return processes().filter((pid) => {
    const argv = readProc(pid, 'cmdline')?.split('\0') ?? [];
    return argv.includes(keeper) && argv.includes(folder);
  });
}

function childrenOf(pid: number): number[] {
  return processes().filter((candidate) => readStat(candidate)?.parent === pid);
}

function processes(): number[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number);
}

/** From /proc/<pid>/stat; the second field, the name, may hold spaces and parentheses. */
function readStat(pid: number): { parent: number; startTime: string } | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;

  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), startTime: fields[19] ?? '' };
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
