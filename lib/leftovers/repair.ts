import { removal as says } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Leftover } from './finding.js';
import type { Machine } from './machine.js';

export interface StepResult {
  leftover: Leftover;
  /** removed: read back. gone: it was no longer there. declined: the answer was no. */
  outcome: 'removed' | 'gone' | 'declined' | 'failed';
  /** Why it failed. */
  reason?: string;
}

export interface RepairWorld {
  machine: Machine;
  /** Looks again, at everything. */
  look(): Promise<Leftover[]>;
  confirm(leftover: Leftover): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
}

/** Milliseconds that something may take to be gone after its command: a process has to end first. */
const PATIENCE = 5_000;
const INTERVAL = 100;

/**
 * Removes one leftover. The proof is looked at again after the answer and right before the removal, since
 * somebody may have taken long to answer; what changed meanwhile is left alone.
 */
export async function removeLeftover(planned: Leftover, { machine, look, confirm, pause }: RepairWorld): Promise<StepResult> {
  if (!(await confirm(planned))) return { leftover: planned, outcome: 'declined' };

  const leftover = (await look()).find(({ key }) => key === planned.key);
  if (leftover === undefined) return { leftover: planned, outcome: 'gone' };
  if (leftover.blocked !== null) return { leftover, outcome: 'failed', reason: leftover.blocked };

  for (const command of leftover.commands) {
    const { status, stderr, stdout } = await machine.run(command);
    if (status !== 0) return { leftover, outcome: 'failed', reason: says.failedCommand(shellLine(command), (stderr || stdout).trim() || says.exitStatus(status)) };
  }
  return (await isGone(leftover, { look, pause })) ? { leftover, outcome: 'removed' } : { leftover, outcome: 'failed', reason: says.stillThere };
}

async function isGone({ key }: Leftover, { look, pause }: Pick<RepairWorld, 'look' | 'pause'>): Promise<boolean> {
  for (let waited = 0; ; waited += INTERVAL) {
    if (!(await look()).some((leftover) => leftover.key === key)) return true;
    if (waited >= PATIENCE) return false;
    await pause(INTERVAL);
  }
}
