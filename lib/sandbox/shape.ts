/** Open vSwitch on a member: none; `bridge`: a br-int, but no OVN; `ovn`: OVS and a running OVN. */
export type Ovs = 'none' | 'bridge' | 'ovn';

/** What a sandbox looks like. Structurally the Shape of the test helpers. */
export interface Shape {
  /** 1: a standalone server, not clustered. 2, 3: a cluster with members node1, node2, node3. */
  members: 1 | 2 | 3;
  /** One for all members, or one each. */
  ovs: Ovs | Ovs[];
}

/** A point inside `POST /1.0/networks` at which a test can hold the server, or go away itself. */
export interface Step {
  name:
    | 'define-member'
    | 'insert-record'
    | 'define-all-members'
    | 'write-global-config'
    | 'create-interface'
    | 'mark-member-created'
    | 'mark-created'
    | 'remove-record'
    | 'answer';
  /** The member that the step is about, where it is about one. */
  member?: string;
}

export interface SandboxOptions {
  /** Where the unix socket is made; a new temporary directory when absent. */
  socketPath?: string;
  /** Which release is imitated. 7.0.2: refuses new projects that need OVN, and leaves Errored records. */
  version?: '6.0.4' | '7.0.2';
  /** Whether `GET /1.0/metadata/configuration` lists the keys of networks; by default as the version does. */
  networkMetadata?: boolean;
  /** Called before every step of `POST /1.0/networks`. */
  beforeStep?: (step: Step) => Promise<void> | void;
  /** How long a request with `?target=` of a stopped member takes to fail. */
  eventWaitMs?: number;
  /** How long a stopped member still counts as Online. */
  offlineAfterMs?: number;
}
