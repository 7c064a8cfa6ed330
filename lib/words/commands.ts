import type { Intent } from '../intent/intent.js';
import { quote } from './shell.js';

/*
 * The commands that we propose. Each can be pasted into a shell.
 */

/** `lab:`, or nothing on the remote `local`. */
export function remotePrefix(remote: string): string {
  return remote === 'local' ? '' : `${remote}:`;
}

/** A name as a command line wants it: `lab:web`, or `web` on the remote `local`. */
export function subject(remote: string, name: string): string {
  return quote(`${remotePrefix(remote)}${name}`);
}

/** ` --project test`; nothing for `default`, unless it was said: then the environment may say otherwise. */
export function projectFlag(project: string, isSaid = false): string {
  return project === 'default' && !isSaid ? '' : ` --project ${quote(project)}`;
}

/** What may differ from the intent in a create that we propose; null leaves the part out. */
export interface Changes {
  project?: string;
  type?: string | null;
  target?: string | null;
  description?: string;
  config?: Record<string, string>;
}

/** The native command that states the intent, with changes. */
export function createCommand(intent: Intent, changes: Changes = {}): string {
  const { type, target, description, config } = { ...intent, ...changes };
  const flags = [
    target ? ` --target ${quote(target)}` : '',
    type ? ` --type ${quote(type)}` : '',
    description ? ` --description ${quote(description)}` : '',
  ];
  const pairs = Object.entries(config).map(([key, value]) => ` ${quote(`${key}=${value}`)}`);
  const project = changes.project === undefined ? ownProject(intent) : projectFlag(changes.project, true);

  return `incus network create ${subject(intent.remote, intent.network)}${project}${flags.join('')}${pairs.join('')}`;
}

/** The same by our own command, on every member. */
export function createOnAllMembers(intent: Intent, changes: Changes = {}): string {
  const own = intent.memberConfig.map(({ member, key, value }) => ` --member-config ${quote(`${member}:${key}=${value}`)}`);
  return `${createCommand(intent, changes).replace(/^incus network create/, 'incus-safenet create')} --all-members${own.join('')}`;
}

/** A bridge of project `default`. */
export function createSharedBridge({ remote, network }: Intent): string {
  return `incus network create ${subject(remote, network)} --project default --type bridge`;
}

export function createSharedBridgeOnAllMembers({ remote, network }: Intent): string {
  return `incus-safenet create ${subject(remote, network)} --project default --type bridge --all-members`;
}

/** A project without networks of its own. */
export function createPlainProject(remote: string, name: string): string {
  return `incus project create ${subject(remote, name)} -c features.networks=false`;
}

export function showNetwork(intent: Intent): string {
  return `incus network show ${subject(intent.remote, intent.network)}${ownProject(intent)}`;
}

/** A network of project `default`, such as an uplink. */
export function showInDefault({ remote }: Intent, name: string): string {
  return `incus network show ${subject(remote, name)} --project default`;
}

/** Removes a record that is half made: unlike DELETE it spares what Incus did not make. */
export function repairNetwork(intent: Intent): string {
  return repairCommand(intent.remote, intent, intent.projectFrom === 'flag');
}

export function listNetworks({ remote }: Intent): string {
  return `incus network list ${remotePrefix(remote)}`.trim();
}

/** The networks of project `default`. */
export function listInDefault(intent: Intent): string {
  return `${listNetworks(intent)} --project default`;
}

/** What a network's config can refer to by name. */
export function createReference(intent: Intent, kind: 'acl' | 'zone', name: string): string {
  return `incus network ${kind} create ${subject(intent.remote, name)}${ownProject(intent)}`;
}

export function listProjects({ remote }: Intent): string {
  return `incus project list ${remotePrefix(remote)}`.trim();
}

export function showProject({ remote, project }: Intent): string {
  return `incus project show ${subject(remote, project)}`;
}

export function setProject({ remote, project }: Intent, pair: string): string {
  return `incus project set ${subject(remote, project)} ${quote(pair)}`;
}

export function listMembers({ remote }: Intent): string {
  return `incus cluster list ${remotePrefix(remote)}`.trim();
}

/** Where the server looks for OVN. */
export function northboundAddress({ remote }: Intent): string {
  return `incus config get ${remotePrefix(remote)} network.ovn.northbound_connection`.replace('  ', ' ');
}

/** What Open vSwitch knows of OVN; to be run on the member. */
export const showOvsSettings = 'ovs-vsctl get open_vswitch . external_ids';
/** Where Open vSwitch looks for OVN's southbound database. */
export const southboundAddress = `${showOvsSettings}:ovn-remote`;
/** Debian's packages of what ovn networks need on a member. */
export const installOvs = 'apt install openvswitch-switch ovn-host';

export function showInterface(name: string): string {
  return `ip -d link show ${quote(name)}`;
}

/** The command that cures a broken record. */
export function repairCommand(remote: string, { project, network }: { project: string; network: string }, isProjectSaid = false): string {
  return `incus-safenet repair ${subject(remote, network)}${projectFlag(project, isProjectSaid)}`;
}

/** Finishes what was cut off: one transaction, or all. */
export function recoverCommand(transaction?: string): string {
  return `incus-safenet recover${transaction === undefined ? '' : ` ${transaction}`}`;
}

/** The command that cures all broken records. */
export function repairAllCommand(remote: string): string {
  return `incus-safenet repair ${remote === 'local' ? '' : `${subject(remote, '')} `}--all`;
}

/** Has a project use the networks of `default` from now on. */
export function shareNetworksOfDefault(remote: string, project: string): string {
  return `incus project set ${subject(remote, project)} features.networks=false`;
}

/** The command that deletes a project. */
export function deleteProject(remote: string, project: string): string {
  return `incus project delete ${subject(remote, project)}`;
}

function ownProject({ project, projectFrom }: Intent): string {
  return projectFlag(project, projectFrom === 'flag');
}

/** The programs that our commands run: a text that begins with one of them, and a word after it, is to be pasted. */
export const programs = ['incus', 'incus-safenet', 'incus-network-create', 'ip', 'ovs-vsctl', 'apt', 'nft', 'iptables', 'ip6tables', 'umount', 'rm', 'find', 'kill', 'cat', 'sudo', 'eval'] as const;
