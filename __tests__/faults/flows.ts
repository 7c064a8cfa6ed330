import type { Shape, Target } from '../helpers/target.js';
import type { FaultKind } from './kinds.js';

/** A command line whose every request meets every fault. */
export interface Flow {
  title: string;
  shape: Shape;
  /** Brings the server into the state from which the flow starts. */
  arrange(target: Target): Promise<void>;
  /** Of `incus-network-create`. */
  argv: string[];
  /** The network that it is about. */
  project: string;
  /** For a flow that is `recover`: the fault at the request that left the transaction open. */
  cutOff?: { label: string; fault: FaultKind };
  /** The network's definitions are there before us. */
  isTheirs?: boolean;
}

const nothing = (): Promise<void> => Promise.resolve();
const withoutOvn = async (target: Target): Promise<void> => target.createProject('test', true);
const withInterface = async (target: Target): Promise<void> => target.addInterface('node2', 'web');
const withDefinitions = async (target: Target): Promise<void> => {
  for (const member of target.members) {
    await target.request('POST', `/1.0/networks?target=${member}`, { name: 'web', type: 'bridge', config: {}, description: '' });
  }
};

const alone: Shape = { members: 1, ovs: 'none' };
const cluster: Shape = { members: 2, ovs: 'none' };
const noAddresses = ['ipv4.address=none', 'ipv6.address=none'];

const bridge: Flow = { title: 'A bridge on a standalone server', shape: alone, arrange: nothing, argv: ['web', 'ipv4.address=10.99.7.1/24', 'ipv6.address=none'], project: 'default' };
const allMembers: Flow = { title: 'A bridge with --all-members on a cluster of two', shape: cluster, arrange: nothing, argv: ['web', '--all-members', ...noAddresses], project: 'default' };
const target: Flow = { title: 'A definition with --target', shape: cluster, arrange: nothing, argv: ['web', '--target', 'node2'], project: 'default' };
const final: Flow = {
  title: 'The final create on definitions that were there before',
  shape: cluster,
  arrange: withDefinitions,
  argv: ['web', ...noAddresses],
  project: 'default',
  isTheirs: true,
};
const ovn: Flow = {
  title: 'An ovn network without Open vSwitch, checks ignored: the server fails, and the row is removed',
  shape: cluster,
  arrange: withoutOvn,
  argv: ['web', '--project', 'test', '--ignore-check', 'type-default,ovn-available'],
  project: 'test',
};
const refused: Flow = {
  title: 'An ovn network without Open vSwitch: refused',
  shape: cluster,
  arrange: withoutOvn,
  argv: ['web', '--project', 'test'],
  project: 'test',
};
const taken: Flow = {
  title: 'A bridge with --all-members, an interface of that name on the second member, checks ignored: the server fails half-way',
  shape: cluster,
  arrange: withInterface,
  argv: ['web', '--all-members', ...noAddresses, '--ignore-check', 'interface-free'],
  project: 'default',
};

const lastPost = (project: string): string => `POST /1.0/networks?project=${project}`;
const cutOff = (flow: Flow, title: string): Flow => ({ ...flow, title: `recover: ${title}`, cutOff: { label: lastPost(flow.project), fault: 'gone after' } });

/** The sections of docs/faults.md. */
export const flows = {
  bridge,
  allMembers,
  target,
  refused,
  final,
  ovn,
  taken,
  recoverBridge: cutOff(bridge, 'the network was created, and the answer was lost'),
  recoverOvn: cutOff(ovn, 'the server left a record that it cannot load'),
  recoverTaken: cutOff(taken, 'the server failed half-way'),
} satisfies Record<string, Flow>;
export type FlowName = keyof typeof flows;
export const flowNames = Object.keys(flows) as FlowName[];
