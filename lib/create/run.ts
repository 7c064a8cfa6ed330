import { setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknownError, ServerError, UnreachableError, causeText } from '../errors.js';
import { readCreated } from '../incus/rows.js';
import type { JournalEntry, JournalStep } from '../journal/schema.js';
import { causes, progress } from '../words/rollbacks.js';
import type { Result } from './result.js';
import type { Settling } from './settle.js';
import { settle } from './settle.js';
import { isOpenStill } from './left.js';
import { notCreated } from './look.js';
import { chosenByServer } from './ours.js';

export interface Running extends Settling {
  /** True once the user has interrupted; looked at between requests. */
  isInterrupted(): boolean;
  /** Asked once, when the result is there: false where the user has left and was told that the transaction is open. */
  mayClose(): boolean;
}

type Ending =
  | { kind: 'yes' }
  | { kind: 'no' | 'taken' | 'failed'; error: string; code: number }
  | { kind: 'none' | 'unsent'; error: string }
  /** `--wait` is over and the request still open; `later` is how it ends. */
  | { kind: 'open'; error: string; later: Promise<Answered> };
type Answered = Exclude<Ending, { kind: 'open' }>;

/** Milliseconds that a look at the server may wait while our own request may hold it up. */
const AFTER_WAIT = 2_000;

/**
 * Runs the steps of a journal entry, each announced on disk before it is sent. The entry is there from
 * before the first request until the outcome is known; it stays where something is left or unknown.
 * @throws JournalWriteError, TransactionOpenError: nothing was sent
 */
export async function runJournaled(entry: JournalEntry, running: Running): Promise<Result> {
  mark(entry.steps[0], 'doing');
  await running.journal.begin(entry);
  const result = afterInterrupt(await runSteps(entry, running), running);
  return running.mayClose() ? closing(entry, result, running) : result;
}

/** An interrupt counts until the end: whoever has sent it waits for 130, not for a retry. */
function afterInterrupt(result: Result, { isInterrupted }: Running): Result {
  return result.kind === 'failed' && isInterrupted() ? { ...result, kind: 'interrupted' } : result;
}

/**
 * Finishes what another process began and did not end. What it did not note down may have happened: the
 * server is read, never guessed at.
 */
export async function recover(entry: JournalEntry, settling: Settling): Promise<Result> {
  const failed = entry.steps.find(({ status }) => status === 'failed');
  const answer = failed === undefined ? 'none' : failed.taken ? 'taken' : kindOfNo(failed.code ?? 0);
  const result = await settle(entry, { answer, interrupted: false }, failed?.error ?? causes.cutOff, settling);
  return closing(entry, result, settling);
}

/** The entry goes with its transaction; it stays where something of ours is left or unknown. */
async function closing(entry: JournalEntry, result: Result, { journal, onProgress }: Settling): Promise<Result> {
  if (isOpenStill(entry, result)) return result;
  try {
    await journal.settle(entry);
  } catch (error) {
    // It does no harm: `recover` reads the server and finds nothing to do.
    onProgress(progress.entryStays(causeText(error)));
  }
  return result;
}

async function runSteps(entry: JournalEntry, running: Running): Promise<Result> {
  for (const [index, step] of entry.steps.entries()) {
    if (index > 0) {
      const obstacle = await announce(entry, step, running);
      if (obstacle !== null) return settle(entry, { answer: 'no', interrupted: running.isInterrupted() }, obstacle, running);
    }
    running.onProgress(doing(entry, index));
    const ending = running.isInterrupted() && index === 0 ? unsent : await send(step, running);
    if (ending.kind === 'open') return settleOpen(entry, step, ending, running);
    if (ending.kind !== 'yes') return settleAnswered(entry, step, ending, running);

    mark(step, 'done');
    if (running.isInterrupted()) return settle(entry, { answer: 'yes', interrupted: true }, 'interrupted', running);
  }
  return readSuccess(entry, running);
}

/** What is under way, and the members that follow. */
function doing({ network, steps }: JournalEntry, index: number): string {
  const [first, ...later] = steps.slice(index).flatMap(({ member }) => member ?? []);
  if (first === undefined) return progress.creating(network);
  return progress.defining(network, first, later);
}

/** Notes the next step down before it is sent; resolves to what stood in the way: then it must not be sent. */
async function announce(entry: JournalEntry, step: JournalStep, { journal }: Running): Promise<string | null> {
  mark(step, 'doing');
  try {
    await journal.update(entry);
    return null;
  } catch (error) {
    mark(step, 'todo');
    return causeText(error);
  }
}

/** A request that did not end well: what it left is undone. */
async function settleAnswered(entry: JournalEntry, step: JournalStep, ending: Exclude<Answered, { kind: 'yes' }>, running: Running): Promise<Result> {
  const interrupted = running.isInterrupted();
  switch (ending.kind) {
    case 'unsent':
      mark(step, 'todo');
      // What the steps before it made is there all the same.
      if (entry.steps[0] !== step) return settle(entry, { answer: 'no', interrupted }, ending.error, running);
      return ending === unsent ? { kind: 'interrupted', rollback: null } : { kind: 'failed', error: ending.error, rollback: null };
    case 'none':
      return settle(entry, { answer: 'none', interrupted }, ending.error, running);
    case 'no':
    case 'taken':
    case 'failed':
      Object.assign(step, { status: 'failed', error: ending.error, code: ending.code, ...(ending.kind === 'taken' ? { taken: true } : {}) });
      await noteDown(entry, running);
      return settle(entry, { answer: ending.kind, interrupted }, ending.error, running);
  }
}

/** `--wait` is over. Our request may still be carried out, so nothing is undone; only a network that is there counts. */
async function settleOpen(entry: JournalEntry, step: JournalStep, { error, later }: Extract<Ending, { kind: 'open' }>, running: Running): Promise<Result> {
  const result = await settle(entry, { answer: 'open', interrupted: running.isInterrupted() }, error, { ...running, patience: AFTER_WAIT });
  if (result.kind !== 'unknown') return result;

  // Looking took its time too, and the answer may be there by now.
  const ending = await Promise.race([later, running.pause(0).then(() => null)]);
  if (ending === null) return result;
  if (ending.kind !== 'yes') return settleAnswered(entry, step, ending, running);
  mark(step, 'done');
  return entry.steps.at(-1) === step && !running.isInterrupted() ? readSuccess(entry, running) : settle(entry, { answer: 'yes', interrupted: true }, error, running);
}

/** A no lets a later `recover` judge as we do now; without it, it takes the outcome for unknown, which is safe as well. */
async function noteDown(entry: JournalEntry, { journal, onProgress }: Settling): Promise<void> {
  try {
    await journal.update(entry);
  } catch (error) {
    onProgress(causeText(error));
  }
}

const unsent: Answered = { kind: 'unsent', error: 'interrupted' };

function mark(step: JournalStep | undefined, status: JournalStep['status']): void {
  if (step) step.status = status;
}

/** Sends one request and waits for its answer. It never hangs up: the server's own undo breaks when the client goes. */
async function send(step: JournalStep, { server, wait }: Running): Promise<Ending> {
  const answered = server.change(step.request.method, step.request.path, step.request.body).then(
    (): Answered => ({ kind: 'yes' }),
    (error: unknown): Answered => {
      if (error instanceof ServerError) return { kind: isTaken(error) ? 'taken' : kindOfNo(error.status), error: error.message, code: error.status };
      if (error instanceof UnreachableError) return { kind: 'unsent', error: error.message };
      if (error instanceof OutcomeUnknownError) return { kind: 'none', error: error.message };
      throw error;
    },
  );
  const over = new AbortController();
  const limit = sleep(wait * 1000, undefined, { signal: over.signal }).then(
    (): Ending => ({ kind: 'open', error: causes.noAnswer(wait), later: answered }),
    () => answered,
  );
  try {
    return await Promise.race([answered, limit]);
  } finally {
    over.abort();
  }
}

/** The server said yes; success is what can be read back. */
async function readSuccess(entry: JournalEntry, running: Running): Promise<Result> {
  const config = await configOfCreated(entry, running);
  if (config !== null) return everywhere(entry, { kind: 'created', chosen: chosenByServer(entry, { config }) }, running);

  const result = await settle(entry, { answer: 'yes', interrupted: false }, causes.saidCreated, running);
  if (result.kind === 'created') return everywhere(entry, result, running);
  if (result.kind !== 'failed' || result.rollback !== null) return result;

  return { kind: 'failed', error: causes.goneMeanwhile, rollback: null };
}

/** Where the database may be read, on the unix socket, it is the quickest to ask; whatever it does not bear out is looked at in full. */
async function configOfCreated({ server: { socket }, steps, ...key }: JournalEntry, { server }: Running): Promise<Record<string, string> | null> {
  if (socket === undefined || steps.at(-1)?.kind !== 'create-network') return null;
  return readCreated(server, key).catch(() => null);
}

/** In a cluster each member is asked, too: the one that answers for all has only been told. */
async function everywhere(entry: JournalEntry, result: Result, { server, onProgress }: Running): Promise<Result> {
  if (entry.server.members?.length === 0) return result;

  onProgress(progress.asking);
  const missing = await notCreated(entry, server);
  if (missing.length === 0) return result;

  return { kind: 'unknown', error: causes.notBorneOut(missing) };
}

/** A refusal, or a failure at what the server had begun. */
function kindOfNo(status: number): 'no' | 'failed' {
  return status >= 500 ? 'failed' : 'no';
}

/**
 * The refusals that say that the network, or its definition, is somebody else's: nothing of it may be undone
 * (networksPost, networksPostCluster, NetworkNodeConfigs and CreatePendingNetwork, 6.0.4). The last three are
 * those of a create that finds another one under way: definitions that are missing, or no longer pending.
 */
function isTaken({ status, message }: ServerError): boolean {
  return status === 409 || TAKEN.some((text) => message.includes(text));
}

const TAKEN = [
  'The network is already created',
  'already partially created',
  "doesn't match type in existing database record",
  'Network not defined on nodes',
  'Network is not in pending state',
];
