import { execFile } from 'node:child_process';
import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { errorCode } from '../errors.js';
import { readings } from '../words/leftovers.js';

/** How a program ended. */
export interface ProgramRun {
  /** Null where a signal ended it; 127 where there is no such program, as in a shell. */
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface FolderEntry {
  name: string;
  kind: 'folder' | 'socket' | 'other';
}

/** This machine, to look at and to change. Null wherever something is not there or may not be seen. */
export interface Machine {
  run(argv: readonly string[]): Promise<ProgramRun>;
  read(path: string): Promise<string | null>;
  /** The target of a symbolic link. */
  link(path: string): Promise<string | null>;
  list(path: string): Promise<FolderEntry[] | null>;
  /** The path without symbolic links. */
  realPath(path: string): Promise<string | null>;
}

/** Milliseconds after which a program of ours is ended. */
const TIMEOUT = 30_000;
/** Status of a program that is not there. */
export const NOT_FOUND = 127;
const MAX_OUTPUT = 64 * 1024 * 1024;

export const localMachine = (searchPath = ''): Machine => ({
  run: (argv) => runProgram(argv, `${searchPath}:${SBIN}`),
  read: (path) => orNull(readFile(path, 'utf8')),
  link: (path) => orNull(readlink(path)),
  async list(path) {
    const entries = await orNull(readdir(path, { withFileTypes: true }));
    return entries?.map((entry) => ({ name: entry.name, kind: kindOf(entry) })) ?? null;
  },
  realPath: (path) => orNull(realpath(path)),
});

// A sudo or cron environment often lacks the sbin folders, where ip and nft are.
const SBIN = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function runProgram([program = '', ...args]: readonly string[], searchPath: string): Promise<ProgramRun> {
  const options = { timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, cwd: '/', env: { PATH: searchPath.replace(/^:/, ''), LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ status: 0, stdout, stderr });

      const reason = errorCode(error) === 'ENOENT' ? readings.noProgram(program) : error.message;
      resolve({ status: errorCode(error) === 'ENOENT' ? NOT_FOUND : typeof error.code === 'number' ? error.code : null, stdout, stderr: stderr || reason });
    });
  });
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch {
    return null; // a process that ended meanwhile, a folder that was removed, a file for others
  }
}

function kindOf(entry: Dirent): FolderEntry['kind'] {
  if (entry.isDirectory()) return 'folder';
  return entry.isSocket() ? 'socket' : 'other';
}
