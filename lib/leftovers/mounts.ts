import type { LxcfsMount, Mount } from './facts.js';
import type { Machine } from './machine.js';

interface MountLine extends Mount {
  /** `major:minor` of the filesystem: the same wherever it is mounted. */
  device: string;
}

/** Lines of mountinfo, proc(5): id, parent, device, root, path, options, optional fields, `-`, type, source, options. */
export function mountsIn(mountinfo: string): MountLine[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const [, , device, , path] = fields;
    const type = fields[fields.indexOf('-') + 1];
    return device === undefined || path === undefined || type === undefined ? [] : [{ device, path: unescapeOctal(path), type }];
  });
}

/** Blanks and the like in a path: `\040`. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

export async function readMounts(machine: Machine): Promise<MountLine[]> {
  return mountsIn((await machine.read('/proc/self/mountinfo')) ?? '');
}

/** Debian's package mounts the first (lxcfs.service), packages of Incus with an lxcfs of their own the second. */
const LXCFS_PATHS = ['/var/lib/lxcfs', '/var/lib/incus-lxcfs'];
const LXCFS_PROGRAMS = ['/usr/bin/lxcfs', '/usr/local/bin/lxcfs', '/opt/incus/bin/lxcfs'];

/** Mounts of lxcfs, a filesystem from which containers read their /proc files. */
export async function readLxcfs(mounts: MountLine[], machine: Machine): Promise<LxcfsMount[]> {
  const found = mounts.filter(({ type, path }) => type === 'fuse.lxcfs' && LXCFS_PATHS.includes(path));
  if (found.length === 0) return [];

  const programs = await Promise.all(LXCFS_PROGRAMS.map((program) => machine.realPath(program)));
  const hasProgram = programs.some((program) => program !== null);
  return Promise.all(found.map(async ({ path, device }) => ({ path, hasProgram, usedAt: await otherMountOf(device, machine) })));
}

async function otherMountOf(device: string, machine: Machine): Promise<string | null> {
  for (const { name } of (await machine.list('/proc')) ?? []) {
    if (!/^\d+$/.test(name)) continue;
    const other = mountsIn((await machine.read(`/proc/${name}/mountinfo`)) ?? '').find(
      (mount) => mount.device === device && mount.type === 'fuse.lxcfs' && !LXCFS_PATHS.includes(mount.path),
    );
    if (other !== undefined) return `${other.path} of process ${name}`;
  }
  return null;
}
