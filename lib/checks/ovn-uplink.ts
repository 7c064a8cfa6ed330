import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand, listInDefault, setProject, showInDefault } from '../words/commands.js';
import { subnetText, type Subnet } from './addresses.js';
import { defineCheck, fail, notApplicable, pass, unknown, type CheckResult } from './check.js';
import { ovnAvailable } from './ovn-available.js';
import { items, knownType, ownSubnet, typeIsForeign, type Network } from './situation.js';
import { canBeUplink, isAllowed, isMade, rangesProblem, restrictions, usableUplinks } from './uplink.js';
import { externalAddressProblem } from './uplink-routes.js';

const says = checks['ovn-uplink'];

/** The uplink that the server will take, and what it asks of it: ovn.validateUplinkNetwork and allocateUplinkPortIPs. */
export const ovnUplink = defineCheck('ovn-uplink', (intent, facts) => {
  const type = knownType(intent, facts);
  const fix = listInDefault(intent);
  if (type === null && !typeIsForeign(intent, facts)) return unknown(says.notTold, { fix });
  if (type !== 'ovn') return notApplicable(says.otherType);

  if (ovnAvailable.judge(intent, facts).status === 'fail') return notApplicable(says.noOvn);

  const wanted = intent.config['network'];
  if (wanted === 'none') return pass(says.isolated);
  if (!facts.ovn || facts.ovn.uplinks.kind !== 'known') return unknown(says.unreadable, { fix });

  const networks = facts.ovn.uplinks.value.filter((network) => network.managed);
  return wanted ? named(intent, facts, wanted, networks) : chosen(intent, facts, networks);
});

/** The user named an uplink. */
function named(intent: Intent, facts: Facts, name: string, networks: Network[]): CheckResult {
  const candidates = usableUplinks(networks, facts);
  const choose = { fix: candidates.length > 0 ? choices(intent, candidates) : isolated(intent) };
  const uplink = networks.find((network) => network.name === name);
  if (!uplink) return fail(says.isAbsent(name), choose);
  if (!canBeUplink(uplink)) return fail(says.otherKind(name, uplink.type), choose);
  if (!isMade(uplink)) return fail(says.notCreated(name, uplink.status), { fix: showInDefault(intent, name) });
  if (!isAllowed(uplink, facts)) return fail(says.notAllowed(intent.project, name), { fix: allow(intent, facts, name) });

  return suitable(intent, facts, uplink);
}

/** None was named: the server takes the only one there is. */
function chosen(intent: Intent, facts: Facts, networks: Network[]): CheckResult {
  const candidates = usableUplinks(networks, facts);
  const [only] = candidates;
  if (only && candidates.length === 1) return suitable(intent, facts, only);
  if (candidates.length > 1) {
    const names = candidates.map(({ name }) => name);
    return fail(says.several(names), { fix: choices(intent, candidates) });
  }

  const forbidden = networks.find((network) => canBeUplink(network) && isMade(network));
  if (forbidden) return fail(says.noneAllowed(intent.project), { fix: allow(intent, facts, forbidden.name) });

  return fail(says.none, { fix: isolated(intent) });
}

function suitable(intent: Intent, facts: Facts, uplink: Network): CheckResult {
  const { name, config } = uplink;
  if (uplink.status === 'Unavailable') return fail(says.unavailable(name), { fix: showInDefault(intent, name) });

  const subnet4 = ownSubnet(uplink, 4);
  const subnet6 = ownSubnet(uplink, 6);
  const key = uplink.type === 'bridge' ? 'address' : 'gateway';
  if (!subnet4 && !subnet6) return fail(says.addressless(name, key), { fix: says.addresslessFix(name, key) });
  // IPv6 does without ranges: the router derives its address from its MAC.
  if (subnet4 && !config['ipv4.ovn.ranges']) {
    return fail(says.noRanges4(name), { fix: says.rangesFix(name, 'ipv4.ovn.ranges', subnetText(subnet4)) });
  }
  if (subnet6 && !config['ipv6.ovn.ranges'] && !leavesHostBits(subnet6)) {
    return fail(says.noRanges6(name), { fix: says.rangesFix(name, 'ipv6.ovn.ranges', subnetText(subnet6)) });
  }

  const problem = rangesProblem(uplink, facts) ?? externalAddressProblem(intent, facts, uplink);
  return problem ? fail(problem.says, { fix: problem.give }) : pass(says.usable(name));
}

function leavesHostBits({ network }: Subnet): boolean {
  return network.toByteArray().slice(8).every((byte) => byte === 0);
}

function choices(intent: Intent, candidates: Network[]): string {
  return candidates.map(({ name }) => createCommand(intent, { type: 'ovn', config: { ...intent.config, network: name } })).join('\n');
}

function isolated(intent: Intent): string {
  return createCommand(intent, { type: 'ovn', config: { ...intent.config, network: 'none' } });
}

function allow(intent: Intent, facts: Facts, name: string): string {
  const allowed = [...items(restrictions(facts)['restricted.networks.uplinks']), name].join(',');

  return setProject(intent, `restricted.networks.uplinks=${allowed}`);
}
