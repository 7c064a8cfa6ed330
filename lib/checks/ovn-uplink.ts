import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, type CheckResult } from './check.js';
import { ovnAvailable } from './ovn-available.js';
import { items, knownType, ownSubnet, typeIsForeign, type Network } from './situation.js';
import { canBeUplink, isAllowed, isMade, rangesProblem, restrictions, usableUplinks } from './uplink.js';
import { externalAddressProblem } from './uplink-routes.js';
import { createCommand, list, quote, remotePrefix } from './words.js';

/** The uplink that the server will take, and what it asks of it: ovn.validateUplinkNetwork and allocateUplinkPortIPs. */
export const ovnUplink = defineCheck('ovn-uplink', (intent, facts) => {
  const type = knownType(intent, facts);
  const fix = `incus network list ${remotePrefix(intent)} --project default`.replace('  ', ' ');
  if (type === null && !typeIsForeign(intent, facts)) return unknown('cannot tell whether the type would be "ovn": the project cannot be read', { fix });
  if (type !== 'ovn') return notApplicable('only ovn networks have an uplink');

  if (ovnAvailable.judge(intent, facts).status === 'fail') return notApplicable('without a working OVN no uplink can help');

  const wanted = intent.config['network'];
  if (wanted === 'none') return pass('network=none: no uplink is wanted');
  if (!facts.ovn || facts.ovn.uplinks.kind !== 'known') {
    return unknown('cannot read the networks of project "default", of which one is the uplink', { fix });
  }

  const networks = facts.ovn.uplinks.value.filter((network) => network.managed);
  return wanted ? named(intent, facts, wanted, networks) : chosen(intent, facts, networks);
});

/** The user named an uplink. */
function named(intent: Intent, facts: Facts, name: string, networks: Network[]): CheckResult {
  const candidates = usableUplinks(networks, facts);
  const choose = { fix: candidates.length > 0 ? choices(intent, candidates) : isolated(intent) };
  const uplink = networks.find((network) => network.name === name);
  if (!uplink) return fail(`uplink network "${name}" does not exist in project "default"`, choose);
  if (!canBeUplink(uplink)) return fail(`"${name}" is of type "${uplink.type}"; an uplink is a bridge or a physical network`, choose);
  if (!isMade(uplink)) {
    return fail(`uplink network "${name}" is ${uplink.status}`, { fix: show(intent, name) });
  }
  if (!isAllowed(uplink, facts)) {
    return fail(`project "${intent.project}" does not allow uplink "${name}" (restricted.networks.uplinks)`, { fix: allow(intent, facts, name) });
  }

  return suitable(intent, facts, uplink);
}

/** None was named: the server takes the only one there is. */
function chosen(intent: Intent, facts: Facts, networks: Network[]): CheckResult {
  const candidates = usableUplinks(networks, facts);
  const [only] = candidates;
  if (only && candidates.length === 1) return suitable(intent, facts, only);
  if (candidates.length > 1) {
    return fail(`there are ${candidates.length} networks that could be the uplink: ${list(candidates.map(({ name }) => name))}`, { fix: choices(intent, candidates) });
  }

  const forbidden = networks.find((network) => canBeUplink(network) && isMade(network));
  if (forbidden) return fail(`project "${intent.project}" allows no uplink network (restricted.networks.uplinks)`, { fix: allow(intent, facts, forbidden.name) });

  return fail('there is no bridge or physical network in project "default" that could be the uplink', { fix: isolated(intent) });
}

function suitable(intent: Intent, facts: Facts, uplink: Network): CheckResult {
  if (uplink.status === 'Unavailable') {
    return fail(`uplink network "${uplink.name}" is Unavailable: it did not start`, { fix: show(intent, uplink.name) });
  }

  const subnet4 = ownSubnet(uplink, 4);
  const subnet6 = ownSubnet(uplink, 6);
  const key = uplink.type === 'bridge' ? 'address' : 'gateway';
  if (!subnet4 && !subnet6) {
    return fail(`uplink network "${uplink.name}" has neither an IPv4 nor an IPv6 ${key}`, { fix: `set ipv4.${key} or ipv6.${key} on "${uplink.name}"` });
  }
  // IPv6 does without ranges: the router derives its address from its MAC.
  if (subnet4 && !uplink.config['ipv4.ovn.ranges']) {
    return fail(`uplink network "${uplink.name}" has no ipv4.ovn.ranges for the routers of ovn networks`, {
      fix: `set ipv4.ovn.ranges on "${uplink.name}" to addresses of ${subnet4.network.toString()}/${subnet4.prefix} that nothing else uses`,
    });
  }

  if (subnet6 && !uplink.config['ipv6.ovn.ranges'] && subnet6.network.toByteArray().slice(8).some((byte) => byte !== 0)) {
    return fail(`uplink network "${uplink.name}" has no ipv6.ovn.ranges, and its subnet leaves no 64 bits for a router's address`, {
      fix: `set ipv6.ovn.ranges on "${uplink.name}" to addresses of ${subnet6.network.toString()}/${subnet6.prefix} that nothing else uses`,
    });
  }

  const problem = rangesProblem(uplink, facts) ?? externalAddressProblem(intent, facts, uplink);
  return problem ? fail(problem.says, { fix: problem.give }) : pass(`uplink network "${uplink.name}" can be used`);
}

function show(intent: Intent, name: string): string {
  return `incus network show ${quote(`${remotePrefix(intent)}${name}`)} --project default`;
}

function choices(intent: Intent, candidates: Network[]): string {
  return candidates.map(({ name }) => createCommand(intent, { type: 'ovn', config: { ...intent.config, network: name } })).join('\n');
}

function isolated(intent: Intent): string {
  return createCommand(intent, { type: 'ovn', config: { ...intent.config, network: 'none' } });
}

function allow(intent: Intent, facts: Facts, name: string): string {
  const allowed = [...items(restrictions(facts)['restricted.networks.uplinks']), name].join(',');

  return `incus project set ${quote(`${remotePrefix(intent)}${intent.project}`)} ${quote(`restricted.networks.uplinks=${allowed}`)}`;
}
