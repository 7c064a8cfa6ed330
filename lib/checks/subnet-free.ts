import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { containsAddress, overlap, parseAddress, parseRange, parseSubnet, rangeMeets, type Subnet } from './addresses.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn } from './check.js';
import { isTrue, items, knownType, ownSubnet, type Network } from './situation.js';
import { uplinkOf } from './uplink.js';
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

  const others = neighbours(type, facts).filter((other) => other.managed && !isSelf(other, intent, facts));
  const uplink = type === 'ovn' ? uplinkOf(intent, facts) : null;
  const clashes = wanted.flatMap((subnet) => [
    ...others.flatMap((other) => (type === 'bridge' ? besideBridge(subnet, other) : besideOvn(subnet, other, uplink, intent)) ?? []),
    ...(uplink === null ? [] : onUplinkRanges(subnet, uplink, intent)),
    ...overMembers(type, subnet, facts),
  ]);

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

/** Those of project `default`; for ovn, whose networks meet on their uplinks, those of the other projects as well. */
function neighbours(type: 'bridge' | 'ovn', { neighbours: near, ovn }: Facts): Network[] {
  const inDefault = near.kind === 'known' ? near.value : [];
  const elsewhere = type === 'ovn' && ovn?.networks.kind === 'known' ? ovn.networks.value.filter(({ project }) => project !== undefined && project !== 'default') : [];
  return [...inDefault, ...elsewhere];
}

function besideBridge(subnet: Subnet, other: Network): Clash | null {
  const theirs = ownSubnet(other, subnet.family);
  if (other.type === 'ovn' || !theirs || !overlap(subnet, theirs)) return null;

  return { says: `${text(subnet)} overlaps with ${text(theirs)} of ${other.type} network "${other.name}"`, broken: other.type === 'bridge' };
}

function besideOvn(subnet: Subnet, other: Network, uplink: Network | null, intent: Intent): Clash | null {
  const theirs = ownSubnet(other, subnet.family);
  if (!theirs || !overlap(subnet, theirs)) return null;

  const says = `${text(subnet)} overlaps with ${text(theirs)} of ${other.type} network "${other.name}"`;
  if (other.type === 'ovn') return refusedByOvn(subnet, other, uplink, intent) ? { says, broken: true } : null;

  // A router with one subnet on both sides. Without NAT the subnet has to be one of the uplink's (ovn-uplink).
  return other.name === uplink?.name && isTranslated(intent.config, subnet.family) ? { says, broken: false } : null;
}

/** Subnets without NAT are seen on the uplink, where each may be there once (ovn.Validate). */
function refusedByOvn(subnet: Subnet, other: Network, uplink: Network | null, intent: Intent): boolean {
  if (uplink === null || other.config['network'] !== uplink.name) return false;
  if (isTranslated(intent.config, subnet.family) || isTranslated(other.config, subnet.family)) return false;

  return !(uplink.config['ovn.ingress_mode'] === 'routed' && isTrue(uplink.config[`ipv${subnet.family}.routes.anycast`]));
}

/** Without NAT a part of the uplink's own subnet may be taken; the server does not ask who has addresses of it already. */
function onUplinkRanges(subnet: Subnet, uplink: Network, intent: Intent): Clash[] {
  if (isTranslated(intent.config, subnet.family)) return [];
  return ['ovn.ranges', 'dhcp.ranges'].flatMap((kind) => {
    const key = `ipv${subnet.family}.${kind}`;
    const met = items(uplink.config[key]).find((item) => {
      const range = parseRange(item);
      return range !== null && rangeMeets(range, subnet);
    });
    return met === undefined ? [] : [{ says: `${text(subnet)} holds addresses of ${key} ${met} of uplink network "${uplink.name}"`, broken: false }];
  });
}

/** A bridge takes the route to its subnet on every member; one that holds a member's own address cuts that member off. */
function overMembers(type: 'bridge' | 'ovn', subnet: Subnet, { members, server }: Facts): Clash[] {
  const ofMembers = members.kind === 'known' ? members.value.map(({ server_name: name, url }) => ({ of: `member "${name}"`, address: hostOf(url) })) : [];
  const ofServer = server.addresses.map((address) => ({ of: 'the server', address }));
  const met = [...ofMembers, ...ofServer].find(({ address }) => {
    const parsed = parseAddress(address);
    return parsed !== null && !isLoopback(address) && containsAddress(subnet, parsed);
  });
  return met === undefined ? [] : [{ says: `${text(subnet)} holds ${met.address}, an address of ${met.of}`, broken: type === 'bridge' }];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
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
