/*
 * What a scenario needs of a server, whether it is the sandbox or a real Incus. Scenarios
 * (__tests__/scenarios) are written once against this, so that the sandbox cannot drift.
 */

/** Open vSwitch on a member: none; `bridge`: br-int, but no OVN; `ovn`: OVS and a running OVN. */
export type Ovs = 'none' | 'bridge' | 'ovn';

/** Where the client of a scenario stands, and what it may do there. */
export interface Client {
  /** It comes over HTTPS: no sockets of the server's machine to ask. */
  isElsewhere: boolean;
  /** The server lets it use its database; over HTTPS since 7.0, and no restricted certificate. */
  hasDatabase: boolean;
  /** Its certificate is restricted to one project; the stage says to which. */
  isRestricted: boolean;
}

/** Everything is allowed on the server's own socket. */
export const onSocket: Client = { isElsewhere: false, hasDatabase: true, isRestricted: false };

export interface Shape {
  /** 1: a standalone server, not clustered. 2, 3: a cluster with members node1, node2, node3. */
  members: 1 | 2 | 3;
  /** One for all members, or one each. */
  ovs: Ovs | Ovs[];
}

export interface ApiAnswer {
  /** HTTP status. */
  status: number;
  /** The whole envelope. */
  body: { type: string; status_code: number; error_code: number; error: string; metadata: unknown };
}

export interface Target {
  /** `node1`, …; a standalone server's single name. */
  members: string[];
  /** Environment that points both the native client and ours at the first member: INCUS_DIR or INCUS_SOCKET, INCUS_CONF, … */
  env: Record<string, string>;
  /** One raw API request to the first member, for arranging and asserting. */
  request(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Rows of a SELECT on the global database. */
  select(query: string): Promise<unknown[][]>;
  /** Creates a project with features.networks as given (the rest of the features off, so that it stays light). */
  createProject(name: string, hasNetworks: boolean, config?: Record<string, string>): Promise<void>;
  /** Makes an interface (kind dummy) on a member that Incus did not make. */
  addInterface(member: string, name: string): Promise<void>;
  removeInterface(member: string, name: string): Promise<void>;
  /** Names of the interfaces on a member. */
  interfaces(member: string): Promise<string[]>;
  /** API requests seen by all members since the start or the last call of `clearRequests`, e.g. `POST /1.0/networks?project=test`, without requests between members. */
  requests(): Promise<string[]>;
  clearRequests(): Promise<void>;
  /** Takes a member's daemon down or up again. */
  stopMember(member: string): Promise<void>;
  startMember(member: string): Promise<void>;
  stop(): Promise<void>;
}
