import { expect } from '@jest/globals';
import type { CliRun } from '../helpers/run-cli.js';
import type { Target } from '../helpers/target.js';
import type { Flow } from './flows.js';
import type { FaultCase, Spot } from './kinds.js';
import { chooser } from './kinds.js';
import type { Fault, Passing } from './proxy.js';
import { startProxy } from './proxy.js';

/** A server, and our programs run against a socket in front of it. Every run is a process of its own, dead when it has ended. */
export interface Stage {
  target: Target;
  /** The socket of the first member. */
  socket: string;
  run(program: 'incus-network-create' | 'incus-safenet', argv: string[], socket: string): Promise<CliRun>;
  /** Entries in the journal. */
  openTransactions(): Promise<number>;
}

/**
 * How a case may end: the exit status, and what was on the server then; after 4 and 5 with an open transaction
 * also what was there once `recover` had run without faults. Nothing else is right, whatever went wrong.
 */
export const outcomes = [
  '0 created',
  '0 defined',
  /** Of `recover`: what was begun is taken back. */
  '0 clean',
  '1 clean',
  /** A cluster said that it failed, and the network is Created: somebody else may have made it. */
  '1 created',
  '1 theirs stay',
  '3 clean',
  '3 theirs stay',
  '4 theirs stay',
  '4, recover: created',
  '4, recover: clean',
  '5, recover: created',
  '5, recover: defined',
  '5, recover: theirs stay',
  '5, recover: clean',
] as const;
export type Outcome = (typeof outcomes)[number];

/** The requests of a flow without any fault, in order. */
export async function requestsOf(flow: Flow, stage: Stage): Promise<Spot[]> {
  return (await play(flow, stage, () => () => null)).requests.map(({ label, nth }) => ({ label, nth }));
}

/** Runs a flow with one fault at one of its requests, and checks all that has to hold in any case. */
export async function playFault(flow: Flow, stage: Stage, faultCase: FaultCase, spot: Spot): Promise<{ outcome: Outcome; requests: Spot[] }> {
  const { outcome, hasStruck, requests } = await play(flow, stage, (isOver) => chooser(faultCase, spot, isOver));
  expect({ spot, hasStruck }).toEqual({ spot, hasStruck: true });
  return { outcome, requests };
}

export async function outcomeOf(flow: Flow, stage: Stage, faultCase: FaultCase, spot: Spot): Promise<Outcome> {
  return (await playFault(flow, stage, faultCase, spot)).outcome;
}

async function play(
  flow: Flow,
  { target, socket, run, openTransactions }: Stage,
  faults: (isOver: () => boolean) => (passing: Passing) => Fault | null,
): Promise<{ outcome: Outcome; requests: Passing[]; hasStruck: boolean }> {
  await flow.arrange(target);
  const before = await everything(target);
  let isOver = false;
  let hasStruck = false;
  let choose = flow.cutOff === undefined ? faults(() => isOver) : chooser({ fault: flow.cutOff.fault, variant: 0 }, { label: flow.cutOff.label, nth: 1 });
  const proxy = await startProxy(socket, (passing) => {
    const fault = choose(passing);
    hasStruck ||= fault !== null;
    return fault;
  });

  try {
    let skip = 0;
    let ended = flow.cutOff !== undefined && (await run('incus-network-create', flow.argv, proxy.socketPath));
    if (ended === false) {
      ended = await run('incus-network-create', flow.argv, proxy.socketPath);
    } else {
      expect(ended.status).toBe(5);
      skip = proxy.passed().length;
      const earlier = proxy.passed();
      hasStruck = false;
      // Requests are counted from the start of `recover` on.
      const since = (passing: Passing): Passing => ({ ...passing, nth: passing.nth - earlier.filter(({ label }) => label === passing.label).length });
      const inner = faults(() => isOver);
      choose = (passing) => inner(since(passing));
      ended = await run('incus-safenet', ['recover'], proxy.socketPath);
    }
    isOver = true;
    const requests = recounted(proxy.passed().slice(skip));
    checkWords(ended, flow);
    const open = await openTransactions();
    if (open === 0) return { outcome: outcome(`${ended.status} ${await standing(flow, target, before)}`), requests, hasStruck };

    const recovered = await run('incus-safenet', ['recover'], proxy.socketPath);
    const what = await standing(flow, target, before);
    // Definitions that were there before us stay, and `recover` says so once.
    expect({ ...recovered, open: await openTransactions() }).toMatchObject({ status: what === 'theirs stay' ? 4 : 0, open: 0 });
    return { outcome: outcome(`${ended.status}, recover: ${what}`), requests, hasStruck };
  } finally {
    await proxy.close();
  }
}

function outcome(text: string): Outcome {
  expect(outcomes).toContain(text);
  return text as Outcome;
}

function recounted(requests: Passing[]): Passing[] {
  return requests.map((one, index) => ({ ...one, nth: requests.slice(0, index + 1).filter(({ label }) => label === one.label).length }));
}

/** One error, in words for people; none where all went well. */
function checkWords({ status, stdout, stderr }: CliRun, { cutOff }: Flow): void {
  const all = stdout + stderr;
  expect(all).not.toContain('internal error');
  expect(all).not.toMatch(/^ {4}at /m);
  if (cutOff === undefined) expect([status, all.match(/^Error: /gm)?.length ?? 0]).toEqual([status, status === 0 ? 0 : 1]);
}

interface Everything {
  networks: unknown[][];
  members: unknown[][];
  config: unknown[][];
  interfaces: string[][];
}

/** All that a create could change. */
async function everything(target: Target): Promise<Everything> {
  const [networks, members, config, interfaces] = await Promise.all([
    target.select('SELECT n.id, p.name, n.name, n.state, n.type, n.description FROM networks n JOIN projects p ON p.id = n.project_id ORDER BY n.id'),
    target.select('SELECT network_id, node_id, state FROM networks_nodes ORDER BY network_id, node_id'),
    target.select('SELECT network_id, node_id, key, value FROM networks_config ORDER BY network_id, node_id, key'),
    Promise.all(target.members.map(async (member) => (await target.interfaces(member)).sort())),
  ]);
  return { networks, members, config, interfaces };
}

/** What is on the server now, which must be one of few things. */
async function standing(flow: Flow, target: Target, before: Everything): Promise<'clean' | 'created' | 'defined' | 'theirs stay' | 'half-made'> {
  const now = await everything(target);
  if (flow.isTheirs !== true && isSame(now, before)) return 'clean';

  const ours = now.networks.find(([, project, name]) => project === flow.project && name === 'web');
  if (ours === undefined) throw new Error(`neither as before nor as asked for: ${JSON.stringify({ before, now })}`);
  const [id, , , state] = ours;
  const states = now.members.filter(([network]) => network === id).map(([, , memberState]) => memberState);
  if (state === 1 && states.length === target.members.length && states.every((one) => one === 1)) return 'created';
  if (flow.isTheirs === true && before.networks.some(([theirs]) => theirs === id) && states.length === target.members.length) return 'theirs stay';
  if (flow.argv.includes('--target') && state === 0 && states.length === 1) return 'defined';

  return 'half-made';
}

function isSame(a: Everything, b: Everything): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
