import type { ClusterMember, Network } from '../incus/schemas.js';

/**
 * One thing learned from the server. `unreadable` is not `absent`: a right we lack, a member that does not
 * answer or a question that was never asked says nothing about what is there.
 */
export type Fact<T> =
  | { kind: 'known'; value: T; evidence?: string }
  /** `isBroken`: something is there that does not do its part: it refuses, keeps silent, or lacks a setting. */
  | { kind: 'absent'; evidence: string; isBroken?: true }
  /** `silent`: a server or a cluster member that should have answered did not. */
  | { kind: 'unreadable'; reason: string; silent?: true };

/** Everything that the checks judge by; gathered read-only, in at most three rounds of parallel requests. */
export interface Facts {
  server: ServerFact;
  project: Fact<ProjectFact>;
  /** The project that the network lands in: the project itself with features.networks=true, else `default`. */
  effectiveProject: Fact<string>;
  /** `absent` on a server that is not clustered. */
  members: Fact<ClusterMember[]>;
  /** The record of that name in the effective project, in any state. */
  record: Fact<RecordFact>;
  /** Interface of that name, per member, that Incus does not manage; null where the type makes no such interface. */
  interfaces: InterfaceFact[] | null;
  /** Facts about OVN; null for other types in the project `default`. */
  ovn: OvnFacts | null;
  /** Networks whose subnets could collide; unreadable where no address is given. */
  neighbours: Fact<Network[]>;
  /** Number of networks in the effective project; asked only where `limits.networks` is set. */
  networkCount: Fact<number>;
  /** Config keys of the type from the server's own metadata; absent on servers that have none (6.0.x). */
  configKeys: Fact<ConfigKey[]>;
  /** What the config refers to by name. */
  references: References;
  /** Open journal entries for this network. */
  openTransactions: OpenTransaction[];
}

export interface References {
  /** ACLs of the effective project. */
  acls: Fact<string[]>;
  /** DNS zones of all projects. */
  zones: Fact<string[]>;
}

export interface ServerFact {
  remote: string;
  /** True for a unix socket. */
  local: boolean;
  version: string;
  clustered: boolean;
  /** Name of the answering member. */
  name: string;
  fingerprint: string;
  extensions: string[];
  /** Addresses on which the answering member listens, without ports. */
  addresses: string[];
  /** Server configuration; empty for those who may not see it. */
  config: Record<string, string>;
}

/** Over HTTPS a server has its own address in its configuration at least, which is shown to administrators only. */
export function isAdministrator({ local, config }: ServerFact): boolean {
  return local || Object.keys(config).length > 0;
}

export interface ProjectFact {
  name: string;
  /** features.networks */
  hasNetworks: boolean;
  config: Record<string, string>;
}

export interface RecordFact {
  /** As the server spells it: Pending, Created, Errored, Unknown, Unavailable; `Hidden`: listed but not loadable. */
  status: string;
  /** Type; null where the record cannot be loaded. */
  type: string | null;
  config: Record<string, string>;
  description: string;
  /** Members on which it is defined. */
  locations: string[];
  usedBy: string[];
  /** The server's own error, for a hidden record. */
  reason: string | null;
}

export interface InterfaceFact {
  member: string;
  /** Known: an interface stands there, with its type as the server spells it (bridge, physical, unknown, …). */
  presence: Fact<string>;
}

export interface OvnFacts {
  /** Per member. Known: Open vSwitch with the integration bridge. Absent: known to lack it. */
  ovs: { member: string; ovs: Fact<string> }[];
  /** The integration bridge asked for: network.ovn.integration_bridge, default `br-int`. */
  integrationBridge: string;
  /** Known: OVN's northbound database answered. Absent: known to be out of reach. */
  northbound: Fact<string>;
  /** Known: OVN's southbound database answered. Absent: known to be out of reach. Only asked for on this machine. */
  southbound: Fact<string>;
  /** Networks of all projects, for what they take of an uplink; asked only where an uplink is wanted and OVN may work. */
  networks: Fact<Network[]>;
  /** Networks of the default project, of which some may serve as uplink; asked only where OVN may work. */
  uplinks: Fact<Network[]>;
  /** Whether project `default` has a network of the wanted name. */
  inDefault: Fact<boolean>;
  /** Whether a hidden record could be taken back over this connection (`/internal/sql`); asked only where there may be one. */
  hiddenRecordRemovable: Fact<boolean>;
}

export interface ConfigKey {
  /** As in the metadata; NAME stands for any one segment or more (`tunnel.NAME.local`). */
  key: string;
  memberSpecific: boolean;
}

export interface OpenTransaction {
  id: string;
  startedAt: string;
  network: string;
  project: string;
}

export function known<T>(value: T, evidence?: string): Fact<T> {
  return evidence === undefined ? { kind: 'known', value } : { kind: 'known', value, evidence };
}

export function absent(evidence: string): Fact<never> {
  return { kind: 'absent', evidence };
}

/** It is there, and cannot be used as it is. */
export function broken(evidence: string): Fact<never> {
  return { kind: 'absent', evidence, isBroken: true };
}

export function unreadable(reason: string): Fact<never> {
  return { kind: 'unreadable', reason };
}

/** A cluster member was asked, and nothing came back from it. */
export function silent(reason: string): Fact<never> {
  return { kind: 'unreadable', reason, silent: true };
}

/** The type that the server will use: as given, else `bridge` in `default` and `ovn` everywhere else (networksPost, 6.0.4). */
export function effectiveType(given: string | null, effectiveProject: Fact<string>): string | null {
  if (given) return given;
  if (effectiveProject.kind !== 'known') return null;

  return effectiveProject.value === 'default' ? 'bridge' : 'ovn';
}

/** Members whose Open vSwitch is there, and lacks a setting. */
export function membersUnset({ ovn }: Facts): string[] {
  return (ovn?.ovs ?? []).flatMap(({ member, ovs }) => (ovs.kind === 'absent' && ovs.isBroken ? [member] : []));
}
