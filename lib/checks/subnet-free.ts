import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { overlap, parseSubnet, type Subnet } from './addresses.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn } from './check.js';
import { isTrue, knownType, ownSubnet, type Network } from './situation.js';
import { remotePrefix } from './words.js';

/*
 * The server compares an explicit address with nothing, but for ovn networks without NAT. Two bridges with one
 * subnet end with two routes for it on every host; an ovn network has a router of its own and minds nobody.
 */
export const subnetFree = defineCheck('subnet-free', (intent, facts) => {
  const wanted = wantedSubnets(intent);
  if (wanted.length === 0) return notApplicable('no subnet was given, so the server takes one that is free');

  const type = knownType(intent, facts);
  if (type !== null && type !== 'bridge' && type !== 'ovn') return notApplicable(`a network of type "${type}" has no subnet of its own`);

  const fix = `incus network list ${remotePrefix(intent)}`.trim();
  if (type === null || facts.neighbours.kind !== 'known') {
    return unknown('cannot tell whether the subnet is free: the other networks cannot be read', { fix });
  }

  const others = facts.neighbours.value.filter((other) => other.managed && !isSelf(other, intent, facts));
  const clashes = wanted.flatMap((subnet) => others.flatMap((other) => clash(type, subnet, other, intent, facts) ?? []));
  const choose = 'choose another subnet, or "auto" to have one chosen';
  const broken = clashes.filter(({ broken }) => broken);
  if (broken.length > 0) return fail(broken.map(({ says }) => says).join('; '), { fix: choose });
  if (clashes.length > 0) return warn(clashes.map(({ says }) => says).join('; '), { fix: choose });

  return pass(`${wanted.map(text).join(' and ')} ${wanted.length > 1 ? 'are' : 'is'} free`);
});

interface Clash {
  says: string;
  broken: boolean;
}

function clash(type: 'bridge' | 'ovn', subnet: Subnet, other: Network, intent: Intent, facts: Facts): Clash | null {
  const theirs = ownSubnet(other, subnet.family);
  if (!theirs || !overlap(subnet, theirs)) return null;

  const says = `${text(subnet)} overlaps with ${text(theirs)} of ${other.type} network "${other.name}"`;
  if (type === 'bridge') return other.type === 'ovn' ? null : { says, broken: other.type === 'bridge' };
  if (other.type === 'ovn') return refusedByOvn(subnet, other, intent, facts) ? { says, broken: true } : null;

  // A router with one subnet on both sides. Without NAT the subnet has to be one of the uplink's (ovn-uplink).
  return other.name === intent.config['network'] && isTranslated(intent.config, subnet.family) ? { says, broken: false } : null;
}

/** Subnets without NAT are seen on the uplink, where each may be there once (ovn.Validate). */
function refusedByOvn(subnet: Subnet, other: Network, intent: Intent, facts: Facts): boolean {
  const uplink = intent.config['network'];
  if (uplink === 'none' || other.config['network'] === 'none' || (uplink && uplink !== other.config['network'])) return false;
  if (isTranslated(intent.config, subnet.family) || isTranslated(other.config, subnet.family)) return false;

  return !isAnycast(other.config['network'], subnet.family, facts);
}

function isAnycast(uplink: string | undefined, family: 4 | 6, facts: Facts): boolean {
  const uplinks = facts.ovn?.uplinks.kind === 'known' ? facts.ovn.uplinks.value : [];
  const config = uplinks.find(({ name }) => name === uplink)?.config ?? {};

  return config['ovn.ingress_mode'] === 'routed' && isTrue(config[`ipv${family}.routes.anycast`]);
}

function isTranslated(config: Record<string, string>, family: 4 | 6): boolean {
  return isTrue(config[`ipv${family}.nat`]);
}

function wantedSubnets(intent: Intent): Subnet[] {
  return ([4, 6] as const).flatMap((family) => {
    const subnet = parseSubnet(intent.config[`ipv${family}.address`]);
    return subnet?.family === family ? [subnet] : [];
  });
}

function isSelf(other: Network, intent: Intent, facts: Facts): boolean {
  const project = facts.effectiveProject.kind === 'known' ? facts.effectiveProject.value : intent.project;

  return other.name === intent.network && (other.project === undefined || other.project === project);
}

function text(subnet: Subnet): string {
  return `${subnet.network.toString()}/${subnet.prefix}`;
}
