import os from 'node:os';
import { main } from '../../lib/main.js';
import type { World } from '../../lib/world.js';
import { realFiles, realWorld, stateFolder } from '../../lib/world.js';
import { journalStore } from '../../lib/journal/store.js';

// Once: it listens to the streams of this process.
const real = realWorld();

/** What a command line did, seen from its terminal. */
export interface CliRun {
  status: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** Text on standard input; absent: standard input is a terminal. */
  stdin?: string | Buffer;
  /** Called once with the function that plays Ctrl-C. */
  interruptible?: (interrupt: () => void) => void;
  /** Parts of the world to replace. */
  world?: Partial<World>;
}

/**
 * Runs the whole program in this process: real files, sockets, flags and schemas; only the terminal is
 * played. `env` is all of the environment. A prompt that nobody planned fails the run.
 */
export async function runCli(program: 'incus-network-create' | 'incus-safenet', argv: string[], env: Record<string, string>, options: CliOptions = {}): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const world: World = {
    ...real,
    env: { HOME: os.tmpdir(), ...env },
    files: realFiles,
    journal: journalStore(stateFolder(env)),
    stdin: { isTTY: options.stdin === undefined, read: () => Promise.resolve(Buffer.from(options.stdin ?? '')) },
    stdout: { isTTY: false, columns: 80, write: (text) => void (stdout += text) },
    stderr: { isTTY: false, columns: 80, write: (text) => void (stderr += text) },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    confirm: (question) => Promise.reject(new Error(`nobody planned to be asked: ${question}`)),
    ask: (question) => Promise.reject(new Error(`nobody planned to be asked: ${question}`)),
    choose: (question) => Promise.reject(new Error(`nobody planned to be asked: ${question}`)),
    password: (question) => Promise.reject(new Error(`nobody planned to be asked: ${question}`)),
    ...options.world,
  };
  options.interruptible?.(() => listeners.forEach((listener) => listener()));

  const status = await main(program, argv, world);
  return { status, stdout, stderr };
}
