import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { World } from '../../lib/world.js';
import type { Target } from '../helpers/target.js';
import type { Picture, Row } from './ledger.js';
import { Ledger, isOf, isWhole, picture } from './ledger.js';
import type { MortalOptions } from './mortal.js';
import { runMortal } from './mortal.js';
import type { Deed, Disturbance, Key, Operation, Sequence } from './operations.js';

/** A server on which nothing stands, for one sequence. */
export interface Ground {
  target: Target;
  /** Environment of our programs. */
  env: Record<string, string>;
  stateFolder: string;
  /** Seconds; the clock of a process that has died runs on. */
  wait: number;
  world: Partial<World>;
  isOfTheMachine(name: string): boolean;
  /** The name by which the sequence's networks go here. */
  named(name: string): string;
  /** Holds or fails the server at its steps; where it has none, nothing is ever called. */
  onServerStep: MortalOptions['onServerStep'];
}

/** What came of a sequence, for statistics. */
export type Tally = Record<string, number>;

/**
 * Plays a sequence and checks after each step that nothing of ours is left unless we said so, and that nothing of
 * others was changed. Throws with the story so far.
 */
export async function play({ operations }: Sequence, ground: Ground, tally: Tally): Promise<void> {
  const { target, named } = ground;
  const look = (): Promise<Picture> => picture(target, ground.isOfTheMachine);
  const ledger = new Ledger(target.members.length);
  const alive = new Set<number>();
  const story: string[] = [];
  /** Networks of which exit status 4 or 5, or a second interrupt, has said that something is left. */
  const said = new Set<string>();
  const count = (what: string): void => void (tally[what] = (tally[what] ?? 0) + 1);

  const check = async (run: Key | 'any' | null, problems: string[] = []): Promise<Picture> => {
    const now = await look();
    const open = await openTransactions(ground.stateFolder);
    const faults = [...problems, ...ledger.faults(now, run, (key) => said.has(textOf(key)) || open.has(textOf(key)))];
    if (faults.length > 0) throw new Error(`${faults.join('\n')}\n\nafter:\n${story.join('\n')}`);
    // What has grown as it was asked to is protected as it is now.
    for (const row of now.rows) if (ledger.protected.has(row.id) && !open.has(textOf(row)) && !said.has(textOf(row))) ledger.protected.set(row.id, row);
    return now;
  };

  const doForeign = async (deed: Deed): Promise<void> => {
    const before = await look();
    story.push(`    others: ${JSON.stringify(deed)}`);
    const claims = await openTransactions(ground.stateFolder);
    await carryOut(deed, target, named, ledger);
    ledger.note(before, await look(), (row) => row.members.every((member) => claims.get(textOf(row))?.has(target.members[member - 1] ?? '') === true));
  };

  const run = (program: 'incus-network-create' | 'incus-safenet', argv: string[], disturbance: Disturbance) =>
    runMortal(program, argv, { ...ground, alive, disturbance, doForeign });

  /** Networks that a --target was for: to be Pending is what was asked of them. */
  const targeted = new Set<string>();
  const isFinished = (row: Row): boolean => isWhole(row) || (row.state === 0 && targeted.has(textOf(row)));
  const protectFinished = ({ rows }: Picture, open: Map<string, unknown>): void => {
    for (const row of rows) if (!open.has(textOf(row)) && isFinished(row) && !ledger.protected.has(row.id)) ledger.protected.set(row.id, row);
  };

  let isLeft = false;
  const recover = async (disturbance: Disturbance): Promise<void> => {
    story.push(`recover, ${JSON.stringify(disturbance)}`);
    const ended = await run('incus-safenet', ['recover'], disturbance);
    story.push(`    -> ${ended === null ? 'died' : `${ended.status} ${ended.stdout}${ended.stderr}`}`);
    count(`recover: ${ended?.status ?? 'died'}`);
    isLeft = ended?.status === 4;
    const now = await look();
    const open = await openTransactions(ground.stateFolder);
    const problems = ended === null ? [] : wordsOf(ended.status, ended.stdout + ended.stderr, [0, 4, 5]);
    if (ended?.status === 0 && open.size > 0) problems.push(`recover says 0, and transactions are open: ${[...open.keys()].join(', ')}`);
    // What it finished as asked for is nobody's to touch any more.
    protectFinished(now, open);
    await check('any', problems);
  };

  const create = async (operation: Extract<Operation, { kind: 'create' }>): Promise<void> => {
    const key = { ...operation.key, name: named(operation.key.name) };
    const argv = [...argvOf(operation, key, target), `--wait=${ground.wait}`];
    if (argv.some((word) => word.startsWith('--target='))) targeted.add(textOf(key));
    story.push(`create ${argv.join(' ')}, ${JSON.stringify(operation.disturbance)}`);
    const ended = await run('incus-network-create', argv, operation.disturbance);
    story.push(`    -> ${ended === null ? 'died' : `${ended.status} ${ended.stdout}${ended.stderr}`}`);
    count(`create: ${ended?.status ?? 'died'}`);

    const now = await look();
    const open = await openTransactions(ground.stateFolder);
    const problems = ended === null ? [] : wordsOf(ended.status, ended.stderr, [0, 1, 3, 4, 5, 130]);
    const row = now.rows.find((one) => isOf(one, key));
    if (ended?.status === 0) {
      const { disturbance } = operation;
      const isDeleted = disturbance.kind === 'foreign' && disturbance.deed.kind === 'delete';
      if (row === undefined && isDeleted) count('deleted by others as soon as it was there');
      else if (row === undefined) problems.push('it says 0, and there is no network');
      else if (!isFinished(row)) problems.push(`it says 0, and the network is not whole: ${row.content}`);
      else if (!ledger.protected.has(row.id)) ledger.protected.set(row.id, row);
    }
    // It may have finished, and have had no time to say so: the process died, or was told a second time to leave at once.
    if (ended === null || ended.stderr.includes('Error: left while the server was still working')) protectFinished(now, open);
    if (ended?.status === 5 && !open.has(textOf(key))) problems.push('it says 5, and no transaction is open');
    if (ended?.status === 4) said.add(textOf(key));
    if ((ended?.status === 1 || ended?.status === 3) && operation.disturbance.kind !== 'kill' && !openBefore.has(textOf(key)) && open.has(textOf(key))) {
      problems.push(`it says ${ended.status}, and its transaction is open`);
    }
    await check(key, problems);
  };

  let openBefore = new Map<string, unknown>();
  for (const operation of operations) {
    openBefore = await openTransactions(ground.stateFolder);
    switch (operation.kind) {
      case 'create':
        await create(operation);
        break;
      case 'recover':
        await recover(operation.disturbance);
        break;
      case 'foreign':
        story.push('others');
        await doForeign(operation.deed);
        await check(null);
    }
  }
  await recover({ kind: 'none' });
  // What stays open then is named with exit status 4; it must not be about a record that only we can have made.
  const open = await openTransactions(ground.stateFolder);
  if (open.size > 0 && !isLeft) throw new Error(`transactions stay open after recover: ${[...open.keys()].join(', ')}\n\nafter:\n${story.join('\n')}`);
  const unfinished = (await look()).rows.filter((row) => !ledger.protected.has(row.id) && open.has(textOf(row)) && !said.has(textOf(row)));
  if (unfinished.length > 0) throw new Error(`recover leaves ${JSON.stringify(unfinished)}\n\nafter:\n${story.join('\n')}`);
}

function textOf({ project, name }: { project: string; name: string }): string {
  return `${project}/${name}`;
}

function wordsOf(status: number, text: string, allowed: number[]): string[] {
  return [
    ...(allowed.includes(status) ? [] : [`exit status ${status}`]),
    ...(text.includes('internal error') || /^ {4}at /m.test(text) ? ['an internal error'] : []),
  ];
}

function argvOf({ way, ignoring, keys }: Extract<Operation, { kind: 'create' }>, { project, name }: Key, { members }: Target): string[] {
  const target = { 'target-1': members[0], 'target-2': members[1] ?? members[0] } as Partial<Record<typeof way, string>>;
  return [
    name,
    `--project=${project}`,
    ...(way === 'all-members' && members.length > 1 ? ['--all-members'] : []),
    ...(target[way] !== undefined && members.length > 1 ? [`--target=${target[way]}`] : []),
    ...(keys && !way.startsWith('target-') && project === 'default' ? ['ipv4.address=none', 'ipv6.address=none'] : []),
    ...(ignoring ? ['--ignore-check=ovn-available,type-default,interface-free'] : []),
  ];
}

interface Entry {
  project: string;
  network: string;
  steps: { member?: string; status: string }[];
}

/** The networks of the open transactions, with the members on which each has asked for a definition. */
async function openTransactions(stateFolder: string): Promise<Map<string, Set<string>>> {
  const folder = path.join(stateFolder, 'journal');
  const files = await readdir(folder).catch(() => []);
  const entries = await Promise.all(files.filter((file) => file.endsWith('.json')).map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Entry));
  return new Map(
    entries.map(({ project, network, steps }) => [textOf({ project, name: network }), new Set(steps.flatMap(({ member, status }) => (member !== undefined && status !== 'todo' ? [member] : [])))]),
  );
}

/** Others speak to the server themselves; what it refuses them is their matter. Their networks bear their mark. */
async function carryOut(deed: Deed, target: Target, named: Ground['named'], ledger: Ledger): Promise<void> {
  switch (deed.kind) {
    case 'interface': {
      const member = Math.min(deed.member, target.members.length - 1);
      const name = named(deed.name);
      const on = target.members[member] ?? '';
      if ((await target.interfaces(on)).includes(name)) return;
      await target.addInterface(on, name);
      ledger.theirInterfaces[member]?.add(name);
      return;
    }
    case 'delete':
      await target.request('DELETE', `/1.0/networks/${named(deed.key.name)}?project=${deed.key.project}`);
      return;
    case 'create': {
      const { project, name } = deed.key;
      const body = { name: named(name), description: 'of others', type: project === 'test' ? 'ovn' : 'bridge' };
      const definedOn = deed.how === 'one-definition' ? target.members.slice(0, 1) : target.members;
      const isPerMember = target.members.length > 1 && project === 'default';
      for (const member of isPerMember ? definedOn : []) await target.request('POST', `/1.0/networks?project=${project}&target=${member}`, { ...body, config: {} });
      const config = project === 'test' ? {} : { 'ipv4.address': 'none', 'ipv6.address': 'none' };
      if (deed.how === 'whole') await target.request('POST', `/1.0/networks?project=${project}`, { ...body, config });
    }
  }
}
