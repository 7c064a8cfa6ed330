import type { Finding } from '../checks/check.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';

/** A way out that is true for this server and project: a command to paste, and what it gives. */
export interface Alternative {
  command: string;
  note: string;
}

/** Ways to a network where the type that was asked for cannot work. Other failures bring their own fix. */
export function alternatives(intent: Intent, facts: Facts, failures: Finding[]): Alternative[] {
  const names = failures.map(({ name }) => name);
  if (!names.includes('ovn-available') && !names.includes('type-supported')) return [];

  return [...sharedBridge(intent, facts), ...plainProject(intent, facts), ...ovnOnMembers(facts, failures)];
}

function sharedBridge(intent: Intent, facts: Facts): Alternative[] {
  const inDefault = facts.ovn?.uplinks.kind === 'known' ? facts.ovn.uplinks.value : [];
  if (inDefault.some(({ name }) => name === intent.network)) {
    return [
      {
        command: `incus network show ${remote(intent)}${intent.network} --project default`,
        note: 'the network of that name that projects without networks of their own use already',
      },
    ];
  }
  const words = ['network create', `${remote(intent)}${intent.network}`, '--project default --type bridge'].join(' ');
  return [
    facts.server.clustered
      ? { command: `incus-safenet ${words.replace('network ', '')} --all-members`, note: 'a bridge on every member that projects without networks of their own can use' }
      : { command: `incus ${words}`, note: 'a bridge that projects without networks of their own can use' },
  ];
}

function plainProject(intent: Intent, facts: Facts): Alternative[] {
  if (facts.effectiveProject.kind !== 'known' || facts.effectiveProject.value === 'default') return [];
  return [
    {
      command: `incus project create ${remote(intent)}${facts.effectiveProject.value}-shared -c features.networks=false`,
      note: 'a project without networks of its own, which uses those of default',
    },
  ];
}

function ovnOnMembers(facts: Facts, failures: Finding[]): Alternative[] {
  const failed = failures.find(({ members, name }) => members !== undefined && (name === 'ovn-available' || name === 'type-supported'));
  const lacking = failed?.members?.filter(({ status }) => status === 'fail') ?? [];
  if (lacking.length === 0) return [];

  const where = facts.server.clustered ? `on ${lacking.map(({ name }) => name).join(', ')}` : 'on the server';
  // Open vSwitch that lacks a setting need not be installed; the check's line says which.
  return lacking.every(({ evidence }) => evidence.includes('external_ids'))
    ? [{ command: 'ovs-vsctl set open_vswitch . external_ids:…', note: `${where}: what Open vSwitch has to know of OVN` }]
    : [{ command: 'apt install openvswitch-switch ovn-host', note: `${where}, then connect it to OVN: what "ovn" networks need` }];
}

function remote(intent: Intent): string {
  return intent.remote === 'local' ? '' : `${intent.remote}:`;
}
