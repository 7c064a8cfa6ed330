import type { Finding } from '../doctor/finding.js';
import type { ExitCode } from '../errors.js';
import { CliError, UnreachableError, errorCode, exitCodes } from '../errors.js';
import { Server } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { beforeUninstall, readInventory } from '../leftovers/before-uninstall.js';
import type { HostFacts, Place } from '../leftovers/facts.js';
import type { Leftover } from '../leftovers/finding.js';
import { findingsOf } from '../leftovers/finding.js';
import { gatherHost, placeOf } from '../leftovers/gather.js';
import { leftoversOf, suspectsOf } from '../leftovers/judge.js';
import type { Records } from '../leftovers/records.js';
import { readRecords, requireWholeView } from '../leftovers/records.js';
import type { StepResult } from '../leftovers/repair.js';
import { removeLeftover } from '../leftovers/repair.js';
import { blockedText, failedText, findingsText, hostTitle, planText, stepText } from '../leftovers/text.js';
import { doctorReport } from '../report/doctor-json.js';
import { onHost, removal, uninstall } from '../words/leftovers.js';
import { say } from '../report/fit.js';
import type { World } from '../world.js';
import { watchInterrupts } from './interrupts.js';

export interface DoctorHostOptions {
  /** What an uninstall would leave, instead of what one left. */
  beforeUninstall: boolean;
  format: 'text' | 'json';
}

export interface RepairHostOptions {
  yes: boolean;
  dryRun: boolean;
}

/** Milliseconds between two looks at a running Incus: what is made or deleted right now is no leftover. */
const BETWEEN_LOOKS = 1_500;

/** Says what Incus left on this machine; changes nothing. */
export async function doctorHost(options: DoctorHostOptions, world: World): Promise<ExitCode> {
  requireRoot(world);
  return options.beforeUninstall ? reportInventory(options, world) : reportLeftovers(options, world);
}

async function reportLeftovers({ format }: DoctorHostOptions, world: World): Promise<ExitCode> {
  const { facts, leftovers } = await lookTwice(world);
  const findings = findingsOf(leftovers);
  const isRunning = facts.incus.kind === 'running';
  const nothing = isRunning ? onHost.nothingUnexplained : onHost.nothingLeft;

  tell(findings, leftovers.length === 0 ? `${nothing}\n` : findingsText(findings, hostTitle(findings, facts.incus)), format, world);
  if (!isRunning) say(world.stderr, suspectsOf(facts).map((suspect) => `${onHost.notJudged(suspect)}\n`).join(''));
  say(world.stderr, leftovers.map(({ kind, what, evidence }) => (kind === 'daemon' ? `${onHost.stillRunning(what, evidence)}\n` : '')).join(''));
  say(world.stderr, facts.unseen.map((unseen) => `${onHost.notSeen(unseen)}\n`).join(''));
  return leftovers.length === 0 ? exitCodes.ok : exitCodes.found;
}

async function reportInventory({ format }: DoctorHostOptions, world: World): Promise<ExitCode> {
  const place = await placeOf(world.env, world.machine);
  const findings = await withServer(place, world, async (server, { version, clustered }) => {
    if (server === null) {
      throw new CliError(`cannot say what an uninstall would leave: Incus does not run here (${place.folder})`, {
        hint: 'start it; where it is uninstalled already: incus-safenet doctor --host',
      });
    }
    if (clustered) {
      throw new CliError('cannot say what an uninstall would leave: this server is a member of a cluster', { hint: 'take it out of the cluster first, on another member: incus cluster remove NAME' });
    }
    const { mounts } = await gatherHost(place, version, world.machine);
    return beforeUninstall(await readInventory(server, mounts), place.realFolder);
  });

  tell(findings, findings.length === 0 ? `${uninstall.nothing}\n` : findingsText(findings, uninstall.title), format, world);
  return findings.length === 0 ? exitCodes.ok : exitCodes.found;
}

/** Removes what doctorHost finds, one confirmed step after the other. */
export async function repairHost({ yes, dryRun }: RepairHostOptions, world: World): Promise<ExitCode> {
  requireRoot(world);
  const { leftovers } = await lookTwice(world);
  if (leftovers.length === 0) {
    say(world.stdout, `${removal.nothing}\n`);
    return exitCodes.ok;
  }

  say(world.stdout, planText(leftovers));
  if (dryRun) {
    say(world.stdout, blockedText(leftovers));
    return exitCodes.ok;
  }
  const steps = leftovers.filter(({ blocked }) => blocked === null);
  if (steps.length > 0 && !yes && !world.stdin.isTTY) {
    throw new CliError('nothing was removed: standard input is not a terminal to ask on', { hint: 'incus-safenet repair --host --yes' });
  }
  return carryOut(steps, leftovers, yes, world);
}

async function carryOut(steps: Leftover[], leftovers: Leftover[], yes: boolean, world: World): Promise<ExitCode> {
  const interrupts = watchInterrupts(world);
  const around = {
    machine: world.machine,
    look: async () => (await lookOnce(world)).leftovers,
    confirm: async ({ what }: Leftover) => yes || world.confirm(removal.question(what)),
    pause: world.pause,
  };
  const results: StepResult[] = [];
  try {
    for (const step of steps) {
      if (interrupts.isRequested()) break;
      const result = await removeLeftover(step, around);
      say(world.stdout, stepText(result));
      results.push(result);
    }
  } catch (error) {
    // A question that was left says nothing of the steps before it.
    if (!(error instanceof CliError && error.exitCode === exitCodes.interrupted)) throw error;
  } finally {
    interrupts.release();
  }
  if (results.length < steps.length) {
    throw new CliError(`interrupted: ${results.length} of ${steps.length} steps were done`, { exitCode: exitCodes.interrupted, hint: 'incus-safenet repair --host   # goes on' });
  }

  const failed = results.filter(({ outcome }) => outcome === 'failed').map(({ leftover }) => leftover);
  const blocked = leftovers.filter((leftover) => leftover.blocked !== null);
  say(world.stderr, blockedText(blocked));
  say(world.stderr, failedText(failed));
  return failed.length + blocked.length > 0 ? exitCodes.leftBehind : exitCodes.ok;
}

interface Look {
  facts: HostFacts;
  records: Records | null;
  leftovers: Leftover[];
}

/** While Incus runs, a leftover must still be one a moment later: creates and deletes are under way at any time. */
async function lookTwice(world: World): Promise<Look> {
  const first = await lookOnce(world);
  if (first.leftovers.length === 0 || first.facts.incus.kind !== 'running') return first;

  await world.pause(BETWEEN_LOOKS);
  const second = await lookOnce(world);
  const keys = new Set(first.leftovers.map(({ key }) => key));
  return { ...second, leftovers: second.leftovers.filter(({ key }) => keys.has(key)) };
}

/** The machine first and the records after it, so that a network made in between has its record. */
async function lookOnce(world: World): Promise<Look> {
  const place = await placeOf(world.env, world.machine);
  return withServer(place, world, async (server, { version }) => {
    const facts = await gatherHost(place, version, world.machine);
    if (facts.incus.kind === 'stopped') {
      throw new CliError(`cannot tell leftovers from what Incus still needs: ${facts.incus.why}`, { hint: 'start Incus, or finish its uninstall, then run this again' });
    }
    const records = server === null ? null : await readRecords(server);
    return { facts, records, leftovers: leftoversOf(facts, records) };
  });
}

interface Greeting {
  /** Null where no server answered. */
  version: string | null;
  clustered: boolean;
}

/** Works with the server of this machine, or with null where none listens. */
async function withServer<T>(place: Place, world: World, work: (server: IncusServer | null, greeting: Greeting) => Promise<T>): Promise<T> {
  const socket = world.env.INCUS_SOCKET || `${place.folder}/unix.socket`;
  const server = world.connect({ remote: 'local', address: { kind: 'unix', socket }, project: 'default', projectFrom: 'default' });
  try {
    const greeting = await greet(server);
    return await work(greeting.version === null ? null : server, greeting);
  } finally {
    await server.close();
  }
}

/** A server that is there and does not answer is an error, and no proof that there is none. */
async function greet(server: IncusServer): Promise<Greeting> {
  try {
    const { auth, environment } = await server.get('/1.0', Server);
    requireWholeView(auth, environment?.project);
    return { version: environment?.server_version ?? '', clustered: environment?.server_clustered ?? false };
  } catch (error) {
    if (error instanceof UnreachableError && ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(errorCode(error.cause))) return { version: null, clustered: false };
    throw error;
  }
}

function tell(findings: Finding[], text: string, format: 'text' | 'json', { stdout }: World): void {
  const report = doctorReport({ remote: '', findings, unseen: [], networks: 0, projects: 0 });
  if (format === 'json') stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else say(stdout, text);
}

function requireRoot({ uid }: World): void {
  if (uid !== 0) throw new CliError('cannot look at this machine without being root: the firewall and the processes of others are hidden', { hint: 'sudo incus-safenet doctor --host' });
}
