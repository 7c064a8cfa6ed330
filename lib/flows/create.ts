import { ignoredChecks, runChecks } from '../checks/run.js';
import type { Result } from '../create/result.js';
import type * as Run from '../create/run.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import { gatherFacts } from '../facts/gather.js';
import { Server } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import type { CreateArguments } from '../intent/arguments.js';
import type { StandardInput } from '../intent/document.js';
import { mostStandardInput, readDocument } from '../intent/document.js';
import { explain } from '../intent/explain.js';
import type { Intent } from '../intent/intent.js';
import { readIntent } from '../intent/read-intent.js';
import type { JournalEntry } from '../journal/schema.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import type { Judgement, Outcome } from '../report/outcome.js';
import { exitCodeOf } from '../report/outcome.js';
import { earlyFailure, reportCreate } from '../report/create.js';
import { say } from '../report/fit.js';
import { reportUnreadable } from '../report/recover.js';
import { decide } from '../verdict/decide.js';
import { withExisting } from '../verdict/existing.js';
import { endings } from '../words/outcomes.js';
import type { World } from '../world.js';
import type { Progress } from './progress.js';
import { progressOn, watched } from './progress.js';
import { configOf, exchangeLogger, surroundings } from './connect.js';
import type { Interrupts } from './interrupts.js';
import { watchInterrupts } from './interrupts.js';

/** Facts older than this (milliseconds) are read again before the first request. */
const FRESH = 2_000;

/** `incus network create` with a look before it leaps: argv in, exit status out. `told`: what was said of this create before. */
export async function create(args: CreateArguments, world: World, told = new Set<string>()): Promise<ExitCode> {
  ignoredChecks(args.ignoredChecks);
  const interrupts = watchInterrupts(world);
  const progress = progressOn(args, world);
  try {
    // The order of the native client, so that the first error is the one it would name.
    const config = await configOf(world);
    const input = await interrupts.unlessRequested(readInput(args, world));
    const { endpoint, name } = await resolveRemote(args.subject, args, config, world);
    if (args.explain) {
      world.stdout.write(explain(readIntent(args, input, { ...endpoint, network: name })));
      return exitCodes.ok;
    }
    const server = watched(world.connect(endpoint, exchangeLogger(args, world)), progress);
    try {
      const intent = await interrupts.unlessRequested(readable(server, () => readIntent(args, input, { ...endpoint, network: name })));
      say(world.stderr, reportUnreadable((await world.journal.read()).unreadable));
      const outcome = await judgeAndCarryOut(intent, args, { endpoint, server, interrupts, progress }, world);
      progress.end();
      reportCreate(outcome, args, world, told);
      return exitCodeOf(outcome);
    } finally {
      await server.close();
    }
  } catch (error) {
    if (args.format === 'json') world.stdout.write(earlyFailure(error, args));
    throw error;
  } finally {
    progress.end();
    interrupts.release();
  }
}

interface Connection {
  endpoint: Endpoint;
  server: IncusServer;
  interrupts: Interrupts;
  progress: Progress;
}

async function judgeAndCarryOut(intent: Intent, args: CreateArguments, connection: Connection, world: World): Promise<Outcome> {
  const { interrupts } = connection;
  const start = world.now().getTime();
  let judgement = await interrupts.unlessRequested(judge(intent, args, connection, world));
  if (args.dryRun || judgement.isThere || judgement.verdict.kind === 'refuse') return nothingSent(judgement);

  if (world.now().getTime() - start > FRESH) judgement = await interrupts.unlessRequested(judge(intent, args, connection, world));
  if (judgement.isThere || judgement.verdict.kind === 'refuse') return nothingSent(judgement);

  const { endpoint } = connection;
  // A refusal needs none of this.
  const [{ newEntry }, { runJournaled }] = await Promise.all([import('../create/entry.js'), import('../create/run.js')]);
  const entry = newEntry(judgement.verdict.plan, intent, judgement.facts, {
    id: world.newId(),
    startedAt: world.now(),
    owner: await world.self(),
    socket: endpoint.address.kind === 'unix' ? endpoint.address.socket : null,
  });
  return { ...judgement, result: await carryOut(entry, runJournaled, args, connection, world), existed: false, transaction: entry.id };
}

/** Facts, checks, verdict: what is true, what it means, what to do. */
async function judge(intent: Intent, args: CreateArguments, { endpoint, server, progress }: Connection, world: World): Promise<Judgement & { isThere: boolean }> {
  progress.say(`Checking network "${intent.network}"`);
  const facts = await gatherFacts(intent, server, await surroundings(endpoint, world));
  const findings = runChecks(intent, facts, args.ignoredChecks);

  const verdict = decide(intent, facts, findings);

  return { intent, facts, ...(args.ifNotExists ? withExisting(intent, facts, findings, verdict) : { findings, verdict, isThere: false }) };
}

function nothingSent({ isThere, ...judgement }: Judgement & { isThere: boolean }): Outcome {
  return { ...judgement, result: null, existed: isThere, transaction: null };
}

function carryOut(entry: JournalEntry, runJournaled: typeof Run.runJournaled, args: CreateArguments, { server, interrupts, progress }: Connection, world: World): Promise<Result> {
  interrupts.onRequest(() => {
    progress.end();
    say(world.stderr, 'Waiting for the server to answer before undoing; interrupt again to leave at once.\n');
  });
  progress.say(`Creating network "${entry.network}"`);
  let hasLeft = false;
  let isClosing = false;
  const running = runJournaled(entry, {
    server,
    journal: world.journal,
    wait: args.wait,
    patience: PATIENCE,
    pause: world.pause,
    isInterrupted: interrupts.isRequested,
    mayClose: () => (isClosing = !hasLeft),
    onProgress: progress.say,
  });

  return interrupts.unlessInsisted<Result>(running, async () => {
    // It has ended in this very moment.
    if (isClosing) return running;
    hasLeft = true;
    // Not "interrupted", which promises that nothing is left.
    return { kind: 'unknown', error: endings.leftAtWork(entry.network) };
  });
}

/** Milliseconds to wait for a create that the server still works on after the connection was lost. */
const PATIENCE = 60_000;

async function readInput(args: CreateArguments, { stdin }: World): Promise<StandardInput> {
  return readDocument(args, stdin.isTTY ? null : await stdin.read(mostStandardInput + 1));
}

/** The native client connects before it looks at key=value pairs; an error in those yields to one in the connection. */
async function readable(server: IncusServer, read: () => Intent): Promise<Intent> {
  try {
    return read();
  } catch (error) {
    await server.get('/1.0', Server);
    throw error;
  }
}
