import { USUAL_WAIT } from '../create/removal.js';
import { recover as settleEntry } from '../create/run.js';
import type { ExitCode } from '../errors.js';
import { CliError, causeText, exitCodes } from '../errors.js';
import { Server } from '../incus/schemas.js';
import type { JournalEntry } from '../journal/schema.js';
import { TransactionGoneError } from '../journal/store.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import type { Recovery } from '../report/recover.js';
import { reportRecovery, reportUnreadable } from '../report/recover.js';
import { recoveries } from '../words/outcomes.js';
import { say } from '../report/fit.js';
import type { World } from '../world.js';
import { configOf, exchangeLogger } from './connect.js';
import { progressOn, watched } from './progress.js';

export interface RecoverArguments {
  /** Identifiers of transactions, or their beginnings; empty: all. */
  ids: string[];
  dryRun: boolean;
  verbose: boolean;
  debug: boolean;
}

/** Shows and finishes every transaction that was cut off; safe to repeat, and beside a create that is running. */
export async function recover(args: RecoverArguments, world: World): Promise<ExitCode> {
  const { entries, unreadable } = await world.journal.read();
  if (!args.dryRun) await world.journal.sweep(world.isAlive);
  const chosen = choose(entries, args.ids);
  say(world.stderr, reportUnreadable(unreadable));
  if (chosen.length === 0) say(world.stdout, `${recoveries.none}\n`);

  let status: ExitCode = unreadable.length > 0 ? exitCodes.failed : exitCodes.ok;
  // One after the other: the server's own removal of an interface fails where another one goes at that moment
  // ("ip -d -j link show", deleteChildren in driver_bridge.go, 6.0.4).
  for (const entry of chosen) {
    const recovery = await recoverOne(entry, args, world);
    say(world.stdout, reportRecovery(recovery));
    status = worse(status, statusOf(recovery));
  }
  return status;
}

function choose(entries: JournalEntry[], ids: string[]): JournalEntry[] {
  for (const id of ids) {
    if (!entries.some((entry) => entry.id.startsWith(id))) throw new CliError(`there is no open transaction "${id}"`, { hint: 'incus-safenet recover   # all of them' });
  }
  return ids.length === 0 ? entries : entries.filter((entry) => ids.some((id) => entry.id.startsWith(id)));
}

async function recoverOne(entry: JournalEntry, args: RecoverArguments, world: World): Promise<Recovery> {
  // From here nobody can see whether a process of another machine lives; who names its transaction knows that it does not.
  const isElsewhere = entry.owner.host !== (await world.self()).host;
  if (isElsewhere ? args.ids.length === 0 : await world.isAlive(entry.owner)) return { kind: isElsewhere ? 'elsewhere' : 'running', entry };
  if (args.dryRun) return { kind: 'shown', entry };

  const progress = progressOn({ quiet: false, verbose: args.verbose }, world);
  let server;
  try {
    server = watched(world.connect(await endpointOf(entry, world), exchangeLogger(args, world)), progress);
    const info = await server.get('/1.0', Server);
    if (info.auth === 'untrusted') return { kind: 'unreachable', entry, error: 'not authorized' };
    if (info.environment?.certificate_fingerprint !== entry.server.fingerprint) {
      return { kind: 'unreachable', entry, error: recoveries.otherServer };
    }
    // Ours from here on, so that a second recover leaves it to us.
    const claimed = { ...entry, owner: await world.self() };
    await world.journal.update(claimed);
    progress.say(`Reading network "${entry.network}"`);
    return { kind: 'settled', entry, result: await settleEntry(claimed, { server, journal: world.journal, onProgress: progress.say, patience: PATIENCE, wait: USUAL_WAIT, pause: world.pause }) };
  } catch (error) {
    if (error instanceof TransactionGoneError) return { kind: 'gone', entry };
    return { kind: 'unreachable', entry, error: causeText(error) };
  } finally {
    progress.end();
    await server?.close();
  }
}

/** Milliseconds to wait for a create that the server is still working on. */
const PATIENCE = 60_000;

/** Where the transaction was run: the same socket, or the remote of that name. */
async function endpointOf({ server, project }: JournalEntry, world: World): Promise<Endpoint> {
  if (server.socket !== undefined) {
    return { remote: server.remote, address: { kind: 'unix', socket: server.socket }, project, projectFrom: 'default' };
  }
  return (await resolveRemote(`${server.remote}:`, { project }, await configOf(world), world)).endpoint;
}

function statusOf(recovery: Recovery): ExitCode {
  switch (recovery.kind) {
    case 'running':
    case 'elsewhere':
    case 'shown':
    case 'gone':
      return exitCodes.ok;
    case 'unreachable':
      return exitCodes.unknown;
    case 'settled':
      return recovery.result.kind === 'left-behind' ? exitCodes.leftBehind : recovery.result.kind === 'unknown' ? exitCodes.unknown : exitCodes.ok;
  }
}

/** What is left behind outweighs what is unknown, and both outweigh the rest. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  const order: ExitCode[] = [exitCodes.ok, exitCodes.failed, exitCodes.unknown, exitCodes.leftBehind];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
