import { setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknownError, ServerError, UnreachableError, causeText } from '../errors.js';
import type { JournalEntry, JournalStep } from '../journal/schema.js';
import type { Result } from './result.js';
import type { Settling } from './settle.js';
import { settle } from './settle.js';

export interface Running extends Settling {
  /** True once the user has interrupted; looked at between requests. */
  isInterrupted(): boolean;
  /** Seconds to wait for the answer to one request. */
  wait: number;
}

type Ending = { kind: 'yes' } | { kind: 'no' | 'taken'; error: string } | { kind: 'none'; error: string } | { kind: 'unsent'; error: string };

/** Milliseconds after which a settling that follows `--wait` looks no further. */
const AFTER_WAIT = 2_000;

/**
 * Runs the steps of a journal entry, each announced on disk before it is sent. The entry is there from
 * before the first request until the outcome is known; it stays where something is left or unknown.
 * @throws JournalWriteError, TransactionOpenError: nothing was sent
 */
export async function runJournaled(entry: JournalEntry, running: Running): Promise<Result> {
  mark(entry.steps[0], 'doing');
  await running.journal.begin(entry);
  return closing(entry, await runSteps(entry, running), running);
}

/**
 * Finishes what another process began and did not end. What it did not note down may have happened: the
 * server is read, never guessed at.
 */
export async function recover(entry: JournalEntry, settling: Settling): Promise<Result> {
  const result = await settle(entry, { answer: 'none', interrupted: false }, 'the create was cut off', settling);
  return closing(entry, result, settling);
}

/** The entry goes with its transaction; it stays where something of ours is left or unknown. */
async function closing(entry: JournalEntry, result: Result, { journal, onProgress }: Settling): Promise<Result> {
  if (result.kind === 'unknown' || isLeftByUs(entry, result)) return result;
  try {
    await journal.settle(entry);
  } catch (error) {
    // It does no harm: `recover` reads the server and finds nothing to do.
    onProgress(`the journal entry stays: ${causeText(error)}`);
  }
  return result;
}

async function runSteps(entry: JournalEntry, running: Running): Promise<Result> {
  for (const [index, step] of entry.steps.entries()) {
    if (index > 0) {
      mark(step, 'doing');
      await running.journal.update(entry);
    }
    const ending = running.isInterrupted() && index === 0 ? unsent : await send(step, running);
    mark(step, statusAfter[ending.kind]);
    const interrupted = running.isInterrupted();
    if (ending.kind === 'unsent') return interrupted ? { kind: 'interrupted', rollback: null } : { kind: 'failed', error: ending.error, rollback: null };
    if (ending.kind !== 'yes') {
      const isWaitOver = ending.error.startsWith(WAIT_OVER);
      return settle(entry, { answer: ending.kind, interrupted }, ending.error, { ...running, patience: isWaitOver ? AFTER_WAIT : running.patience });
    }
    if (interrupted) return settle(entry, { answer: 'yes', interrupted }, 'interrupted', running);
  }
  return readSuccess(entry, running);
}

const statusAfter = { yes: 'done', no: 'failed', taken: 'failed', none: 'doing', unsent: 'todo' } as const satisfies Record<Ending['kind'], JournalStep['status']>;
const unsent: Ending = { kind: 'unsent', error: 'interrupted' };
const WAIT_OVER = 'no answer within';

function mark(step: JournalStep | undefined, status: JournalStep['status']): void {
  if (step) step.status = status;
}

/** Sends one request and waits for its answer. It never hangs up: the server's own undo breaks when the client goes. */
async function send(step: JournalStep, { server, wait }: Running): Promise<Ending> {
  const request = server.change(step.request.method, step.request.path, step.request.body).then(
    (): Ending => ({ kind: 'yes' }),
    (error: unknown): Ending => {
      if (error instanceof ServerError) return { kind: isTaken(error) ? 'taken' : 'no', error: error.message };
      if (error instanceof UnreachableError) return { kind: 'unsent', error: error.message };
      if (error instanceof OutcomeUnknownError) return { kind: 'none', error: error.message };
      throw error;
    },
  );
  const over = new AbortController();
  const limit = sleep(wait * 1000, undefined, { signal: over.signal }).then(
    (): Ending => ({ kind: 'none', error: `${WAIT_OVER} ${wait} s` }),
    () => request,
  );
  try {
    return await Promise.race([request, limit]);
  } finally {
    over.abort();
  }
}

/** The server said yes; success is what can be read back. */
async function readSuccess(entry: JournalEntry, running: Running): Promise<Result> {
  const result = await settle(entry, { answer: 'yes', interrupted: false }, 'the server said that it created the network', running);
  if (result.kind !== 'failed' || result.rollback !== null) return result;

  return { kind: 'failed', error: 'the server said that it created the network, and now there is none: somebody deleted it meanwhile', rollback: null };
}

function isLeftByUs(entry: JournalEntry, result: Result): boolean {
  return result.kind === 'left-behind' && entry.before.status === 'absent';
}

/**
 * The refusals that say that the network, or its definition, is somebody else's (networksPost and
 * networksPostCluster, cmd/incusd/networks.go, 6.0.4): nothing of it may be undone.
 */
function isTaken({ status, message }: ServerError): boolean {
  return status === 409 || message.includes('The network is already created') || message.includes('already partially created');
}
