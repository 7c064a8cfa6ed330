import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import type { Complaint } from '../words/values.js';
import { contains, containsAddress, parseSubnet, type Subnet } from './addresses.js';
import { isTrue, items, ownSubnet, type Network } from './situation.js';

const says = checks['ovn-uplink'];

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

  return says.notRouted(key, uplink.name);
}

function routeProblem(intent: Intent, facts: Facts, uplink: Network, family: 4 | 6): Complaint | null {
  const key = `ipv${family}.address`;
  const untranslated = isTrue(intent.config[`ipv${family}.nat`]) ? null : parseSubnet(intent.config[key]);
  const natKey = `ipv${family}.nat.address`;
  const natAddress = intent.config[natKey];
  const wanted = [
    { key, complain: (reason: string) => says.noRouteToSubnet(key, reason, family), subnet: untranslated },
    {
      key: natKey,
      complain: (reason: string) => says.noRouteToAddress(natKey, reason),
      subnet: parseSubnet(natAddress ? `${natAddress}/${family === 4 ? 32 : 128}` : ''),
    },
  ];

  for (const { key, complain, subnet } of wanted) {
    if (!subnet || subnet.family !== family) continue;
    if (!inRestrictedSubnets(subnet, facts, uplink)) return says.outsideProject(key, uplink.name);

    const reason = unrouted(subnet, uplink);
    if (reason) return complain(reason);
  }
  return null;
}

function unrouted(subnet: Subnet, uplink: Network): string | null {
  const routes = ['ipv4.routes', 'ipv6.routes'].flatMap((key) => items(uplink.config[key]).map(parseSubnet));
  if (routes.some((route) => route && contains(route, subnet))) return null;

  const own = ownSubnet(uplink, subnet.family);
  if (!own || !contains(own, subnet)) return says.outsideRoutes(uplink.name);

  return containsAddress(subnet, own.address) ? says.hidesGateway(uplink.name) : null;
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
