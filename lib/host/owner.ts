import { readFile } from 'node:fs/promises';
import type { Owner } from '../journal/schema.js';

/** Identifies a process beyond its number, so that a number used again is not taken for it. */
export async function describeProcess(pid: number, host: string): Promise<Owner> {
  const [stat, boot] = await Promise.all([readOrEmpty(`/proc/${pid}/stat`), readOrEmpty('/proc/sys/kernel/random/boot_id')]);
  return { host, pid, started: startTime(stat), boot: boot.trim() };
}

/** Whether the process that wrote an entry still runs. One on another host counts as running: we cannot look there. */
export async function isAlive(owner: Owner, host: string): Promise<boolean> {
  if (owner.host !== host) return true;
  const now = await describeProcess(owner.pid, host);
  if (owner.boot !== now.boot) return false;

  return now.started !== '' && now.started === owner.started;
}

/** Field 22 of /proc/<pid>/stat; the second field, the name, may hold spaces and brackets. */
function startTime(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
