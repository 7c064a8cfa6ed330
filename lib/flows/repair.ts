import type { Examination } from '../doctor/diagnose.js';
import { diagnose } from '../doctor/diagnose.js';
import { deleteProject, projectFlag, repairCommand, subject } from '../words/commands.js';
import { networkIn } from '../words/findings.js';
import { count } from '../words/grammar.js';
import { endings } from '../words/repairs.js';
import type { ExitCode } from '../errors.js';
import { CliError, exitCodes } from '../errors.js';
import { readNetwork, readProjectUsers } from '../incus/networks.js';
import type { IncusServer } from '../incus/server.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import type { BackupNames } from '../repair/backup.js';
import { backupNames, restoreAllRows } from '../repair/backup.js';
import type { Repaired } from '../repair/carry-out.js';
import { carryOut } from '../repair/carry-out.js';
import type { PlannedRepair } from '../repair/repair-plan.js';
import { planRepairs } from '../repair/repair-plan.js';
import type { Freed } from '../report/repair-text.js';
import { afterText, planText, repairedText } from '../report/repair-text.js';
import { unseenText } from '../report/doctor-text.js';
import { say } from '../report/fit.js';
import type { World } from '../world.js';
import { configOf, exchangeLogger } from './connect.js';
import { diagnosing } from './doctor.js';
import { finish } from './finish.js';
import type { Interrupts } from './interrupts.js';
import { watchInterrupts } from './interrupts.js';
import { progressOn, watched } from './progress.js';

/** The command line of `repair`. */
export interface RepairArguments {
  /** `[<remote>:]<network>` as written; with `all` `[<remote>:]`. */
  subject: string;
  all: boolean;
  /** --project; null where it was not given. */
  project: string | null;
  /** Make it a working network instead of removing it. */
  finish: boolean;
  yes: boolean;
  dryRun: boolean;
  quiet: boolean;
  verbose: boolean;
  debug: boolean;
}

interface Repairing {
  args: RepairArguments;
  world: World;
  endpoint: Endpoint;
  server: IncusServer;
  interrupts: Interrupts;
}

/** Removes records that doctor finds broken: a plan, a question, a backup, the removal, and a look at what is there then. */
export async function repair(args: RepairArguments, world: World): Promise<ExitCode> {
  const interrupts = watchInterrupts(world);
  const progress = progressOn(args, world);
  try {
    const { endpoint, name } = await resolveRemote(args.subject, args, await configOf(world), world);
    if (args.all && name !== '') throw new CliError(`--all means every broken record, and "${args.subject}" names one: use one or the other`);
    if (!args.all && name === '') throw new CliError('which network? Name one, or say --all', { hint: 'incus-safenet doctor' });

    const server = watched(world.connect(endpoint, exchangeLogger(args, world)), progress);
    try {
      const repairing = { args, world, endpoint, server, interrupts };
      const scope = args.all ? args.project : endpoint.project;
      const examination = await interrupts.unlessRequested(diagnosing(endpoint, server, progress.say, world).then((how) => diagnose(scope, how)));
      progress.end();
      return args.all ? await repairAll(examination, repairing) : await repairOne(name, examination, repairing);
    } finally {
      await server.close();
    }
  } finally {
    progress.end();
    interrupts.release();
  }
}

async function repairAll(examination: Examination, repairing: Repairing): Promise<ExitCode> {
  const { args, world, endpoint, server } = repairing;
  if (args.finish) throw new CliError('--finish takes one network, not --all');
  say(world.stderr, unseenText(examination));
  const planned = await planRepairs(examination.broken, examination.survey, server);
  if (planned.length === 0) {
    say(world.stdout, 'No broken record found: nothing to repair.\n');
    return exitCodes.ok;
  }
  say(world.stdout, planText(planned, endpoint.remote));

  const removals = planned.filter(({ treatment }) => treatment.kind !== 'leave');
  const isSomethingLeft = planned.some(({ record, treatment }) => treatment.kind === 'leave' && !record.isSoundRow);
  if (args.dryRun || removals.length === 0) return isSomethingLeft && !args.dryRun ? exitCodes.leftBehind : exitCodes.ok;

  await askFirst(`Remove ${removals.length === 1 ? 'this record' : `these ${removals.length} records`}?`, repairing);
  const status = await removeAll(removals, examination, repairing);
  return status === exitCodes.ok && isSomethingLeft ? exitCodes.leftBehind : status;
}

async function repairOne(name: string, examination: Examination, repairing: Repairing): Promise<ExitCode> {
  const { args, world, endpoint, server } = repairing;
  const project = effectiveProject(examination, endpoint);
  const record = examination.broken.find((one) => one.network === name && one.project === project);
  if (record === undefined) return refuse(name, project, examination, repairing);

  const [planned] = await planRepairs([record], examination.survey, server);
  if (planned === undefined) return exitCodes.ok;
  if (args.finish && !planned.isFinishable) {
    throw new CliError(`network "${name}" in project "${project}" cannot be finished, only removed (${planned.kind})`, { hint: repairCommand(endpoint.remote, record) });
  }
  if (args.finish) return finish(record, args, endpoint, world);

  if (planned.treatment.kind === 'leave') {
    throw new CliError(`cannot repair network "${name}" in project "${project}": ${planned.treatment.why}`, { hint: planned.treatment.hint });
  }
  say(world.stdout, planText([planned], endpoint.remote));
  if (args.dryRun) return exitCodes.ok;

  if (planned.isFinishable && !args.yes && world.stdin.isTTY) {
    const answer = await world.choose('What is to become of it?', [
      { value: 'remove', title: 'remove it' },
      { value: 'finish', title: 'finish it: create it on every member' },
      { value: 'nothing', title: 'leave it as it is' },
    ]);
    if (answer === 'finish') return finish(record, args, endpoint, world);
    if (answer === 'nothing') throw nothingChanged();
  } else {
    await askFirst('Remove this record?', repairing);
  }
  return removeAll([planned], examination, repairing);
}

function effectiveProject({ survey }: Examination, { project }: Endpoint): string {
  return survey.projects.find(({ name }) => name === project)?.hasNetworks === true ? project : 'default';
}

/** Nothing is broken under that name: says what is there. */
async function refuse(name: string, project: string, examination: Examination, { server, endpoint }: Repairing): Promise<never> {
  const where = networkIn(name, project);
  const unseen = examination.unseen.find((one) => one.startsWith(where));
  if (unseen !== undefined) throw new CliError(`cannot repair ${where}: ${unseen.slice(where.length + 1)}`, { hint: `incus-safenet doctor${endpoint.remote === 'local' ? '' : ` ${subject(endpoint.remote, '')}`}` });

  const network = await readNetwork(server, { project, network: name });
  if (network === null) throw new CliError(`there is no network "${name}" in project "${project}"`);
  if (!network.managed) throw new CliError(`"${name}" is an interface that Incus does not manage`);
  throw new CliError(`${where} is not broken (${network.status}): nothing to repair`, { hint: `incus network delete ${subject(endpoint.remote, name)}${projectFlag(project)}   # if it is to go all the same` });
}

/** The user's yes, or an error that says how to give it. */
async function askFirst(question: string, { args, world }: Repairing): Promise<void> {
  if (args.yes) return;
  if (!world.stdin.isTTY) throw new CliError('nothing was removed: repair asks first, and standard input is no terminal', { hint: 'look at the plan, then say --yes' });
  if (!(await world.confirm(question))) throw nothingChanged();
}

function nothingChanged(): CliError {
  return new CliError('nothing was changed');
}

async function removeAll(removals: PlannedRepair[], { survey }: Examination, { world, endpoint, server, interrupts }: Repairing): Promise<ExitCode> {
  const names = backupNames(world.now(), world.newId());
  const done: Repaired[] = [];
  for (const { record, treatment } of removals) {
    if (interrupts.isRequested() || treatment.kind === 'leave') break;
    const repaired = await carryOut(record, treatment, { server, journal: world.journal, remote: endpoint.remote, isClustered: survey.server.clustered, names });
    done.push(repaired);
    say(world.stdout, repairedText(repaired, endpoint.remote));
  }
  say(world.stdout, afterText(await freedProjects(done, endpoint.remote, server), restoreCommands(done, names, endpoint, world)));

  if (done.length < removals.length) say(world.stderr, `Interrupted: ${count(removals.length - done.length, 'record')} not looked at any more.\n`);
  if (done.some(({ ending }) => ending === 'unknown')) return exitCodes.unknown;
  if (done.some(({ ending }) => ending === 'left')) return exitCodes.leftBehind;
  return done.length < removals.length ? exitCodes.interrupted : exitCodes.ok;
}

async function freedProjects(done: Repaired[], remote: string, server: IncusServer): Promise<Freed[]> {
  const projects = [...new Set(done.filter(({ ending }) => ending === 'gone').map(({ record }) => record.project))].filter((project) => project !== 'default');
  const freed: Freed[] = [];
  for (const project of projects) {
    const usedBy = await readProjectUsers(server, project).catch(() => null);
    if (usedBy === null) continue;
    // Its own default profile goes with a project.
    freed.push({ project, usedBy: usedBy.filter((url) => !url.startsWith('/1.0/profiles/default?')), command: deleteProject(remote, project) });
  }
  return freed;
}

function restoreCommands(done: Repaired[], names: BackupNames, { address }: Endpoint, { journal }: World): string[] {
  const backups = done.flatMap(({ ending, backup }) => (ending === 'gone' && backup !== null ? [backup] : []));
  const rows = backups.filter(({ file }) => file.endsWith('.sql'));
  const others = backups.filter(({ file }) => !file.endsWith('.sql'));
  const ofRows = rows.length > 1 ? [restoreAllRows(journal.folder, names)] : rows.map(({ restore }) => restore);
  return [...(address.kind === 'https' ? ofRows.map((command) => endings.putBackElsewhere(rows.length, command)) : ofRows), ...others.map(({ restore }) => restore)];
}
