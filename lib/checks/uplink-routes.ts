import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { contains, containsAddress, parseSubnet, type Subnet } from './addresses.js';
import { isTrue, items, ownSubnet, type Network } from './situation.js';
import type { Complaint } from './values.js';

/*
 * Addresses of an ovn network that are seen on its uplink: a subnet without NAT, and the address that NAT uses.
 * The uplink has to route them (ovn.Validate, validateExternalSubnet).
 */
export function externalAddressProblem(intent: Intent, facts: Facts, uplink: Network): Complaint | null {
  for (const family of [4, 6] as const) {
    const problem = natAddressProblem(intent, uplink, family) ?? routeProblem(intent, facts, uplink, family);
    if (problem) return problem;
  }
  return null;
}

function natAddressProblem(intent: Intent, uplink: Network, family: 4 | 6): Complaint | null {
  const key = `ipv${family}.nat.address`;
  if (!intent.config[key] || uplink.config['ovn.ingress_mode'] === 'routed') return null;

  return { says: `${key} needs an uplink with ovn.ingress_mode=routed, which "${uplink.name}" has not`, give: `leave ${key} out` };
}

function routeProblem(intent: Intent, facts: Facts, uplink: Network, family: 4 | 6): Complaint | null {
  const key = `ipv${family}.address`;
  const untranslated = isTrue(intent.config[`ipv${family}.nat`]) ? null : parseSubnet(intent.config[key]);
  const natAddress = intent.config[`ipv${family}.nat.address`];
  const wanted = [
    { key, how: ' without NAT', give: `add ipv${family}.nat=true, or a route to the uplink`, subnet: untranslated },
    {
      key: `ipv${family}.nat.address`,
      how: '',
      give: 'use an address that the uplink routes',
      subnet: parseSubnet(natAddress ? `${natAddress}/${family === 4 ? 32 : 128}` : ''),
    },
  ];

  for (const { key, how, give, subnet } of wanted) {
    if (!subnet || subnet.family !== family) continue;
    if (!inRestrictedSubnets(subnet, facts, uplink)) {
      return { says: `${key} is outside the project's restricted.networks.subnets for uplink "${uplink.name}"`, give: 'use a subnet that the project allows' };
    }

    const reason = unrouted(subnet, uplink);
    if (reason) return { says: `${key}${how} ${reason}`, give };
  }
  return null;
}

function unrouted(subnet: Subnet, uplink: Network): string | null {
  const routes = ['ipv4.routes', 'ipv6.routes'].flatMap((key) => items(uplink.config[key]).map(parseSubnet));
  if (routes.some((route) => route && contains(route, subnet))) return null;

  const own = ownSubnet(uplink, subnet.family);
  if (!own || !contains(own, subnet)) return `is not in the routes of uplink network "${uplink.name}"`;

  return containsAddress(subnet, own.address) ? `would hide the gateway of uplink network "${uplink.name}"` : null;
}

/** `restricted.networks.subnets` lists <uplink>:<subnet>; unset, it restricts nothing (projectRestrictedSubnets). */
function inRestrictedSubnets(subnet: Subnet, facts: Facts, uplink: Network): boolean {
  if (facts.project.kind !== 'known' || facts.effectiveProject.kind !== 'known') return true;
  const { name, config } = facts.project.value;
  if (name !== facts.effectiveProject.value || !isTrue(config['restricted']) || !config['restricted.networks.subnets']) return true;

  return items(config['restricted.networks.subnets']).some((entry) => {
    const [network, ...rest] = entry.split(':');
    const allowed = parseSubnet(rest.join(':'));
    return network === uplink.name && allowed !== null && contains(allowed, subnet);
  });
}
