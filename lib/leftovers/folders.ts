import path from 'node:path';
import type { Folder, Mount } from './facts.js';
import type { Machine } from './machine.js';

/** So many files are enough to say that a folder holds some. */
const ENOUGH = 5;

/** A folder and the files in it; mounts in it are left out, they are judged as mounts. Null where there is none. */
export async function readFolder(folder: string, mounts: Mount[], machine: Machine): Promise<Folder | null> {
  const entries = await machine.list(folder);
  if (entries === null) return null;
  const real = (await machine.realPath(folder)) ?? folder;
  const mountPoints = new Set(mounts.map((mount) => mount.path));

  const files: string[] = [];
  const walk = async (relative: string): Promise<void> => {
    for (const { name, kind } of (await machine.list(path.join(real, relative))) ?? []) {
      if (files.length >= ENOUGH) return;
      const entry = path.join(relative, name);
      if (kind !== 'folder') files.push(entry);
      else if (!mountPoints.has(path.join(real, entry))) await walk(entry);
    }
  };
  await walk('');
  return { path: folder, files: files.sort(), isMountPoint: mountPoints.has(real), isEmpty: entries.length === 0 };
}

/** `<folder>/networks/<name>`, which a bridge makes before its interface (driver_bridge.go, setup, 6.0.4 and 7.0.1). */
export async function readNetworkFolders(folder: string, machine: Machine): Promise<{ name: string; files: string[] }[]> {
  const entries = (await machine.list(path.join(folder, 'networks'))) ?? [];
  const read = entries
    .filter(({ kind }) => kind === 'folder')
    .map(async ({ name }) => ({ name, files: ((await machine.list(path.join(folder, 'networks', name))) ?? []).map((entry) => entry.name).sort() }));
  return Promise.all(read);
}
