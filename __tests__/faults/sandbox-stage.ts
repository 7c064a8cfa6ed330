import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { absent } from '../../lib/facts/facts.js';
import type { SandboxOptions } from '../../lib/sandbox/shape.js';
import type { World } from '../../lib/world.js';
import { runCli } from '../helpers/run-cli.js';
import type { Shape } from '../helpers/target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { Stage } from './case.js';

export interface SandboxStage extends Stage {
  target: SandboxTarget;
  /** Journal and backups. */
  stateFolder: string;
  stop(): Promise<void>;
}

let processes = 0;

/**
 * The parts of the world of one run: a process of its own, which counts as dead once `end` is called; no Open
 * vSwitch on this machine; and a clock that is played, so that nothing waits.
 */
export function processOf(alive: Set<number>): { world: Partial<World>; end(): void } {
  processes += 1;
  const pid = 1_000_000_000 + processes; // beyond any that the system gives out
  alive.add(pid);
  return {
    world: {
      localHost: { ovsdb: (connection) => Promise.resolve(absent(`no ${connection}`)), isLinuxBridge: () => Promise.resolve(false) },
      pause: () => Promise.resolve(),
      self: () => Promise.resolve({ host: 'here', pid, started: '1', boot: 'one' }),
      isAlive: (owner) => Promise.resolve(alive.has(owner.pid)),
    },
    end: () => void alive.delete(pid),
  };
}

/** A fresh sandbox, and our programs run against it in this process. */
export async function startSandboxStage(shape: Shape, options: SandboxOptions = {}): Promise<SandboxStage> {
  const target = await startSandboxTarget(shape, options);
  // The journal is synced to disk at every step, so a disk in memory is worth its while.
  const state = await mkdtemp(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'incus-safenet-state-'));
  const alive = new Set<number>();

  return {
    target,
    stateFolder: state,
    socket: target.sandbox.socketPath,
    async run(program, argv, socket) {
      const { world, end } = processOf(alive);
      try {
        return await runCli(program, argv, { ...target.env, INCUS_SOCKET: socket, INCUS_SAFENET_STATE_DIR: state }, { world });
      } finally {
        end();
      }
    },
    openTransactions: async () => (existsSync(path.join(state, 'journal')) ? (await readdir(path.join(state, 'journal'))).length : 0),
    async stop() {
      await target.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}
