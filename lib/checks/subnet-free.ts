import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { listNetworks } from '../words/commands.js';
import { containsAddress, overlap, parseAddress, parseRange, parseSubnet, rangeMeets, subnetText, type Subnet } from './addresses.js';
import { defineCheck, fail, notApplicable, pass, unknown, warn } from './check.js';
import { isTrue, items, knownType, ownSubnet, type Network } from './situation.js';
import { uplinkOf } from './uplink.js';

const words = checks['subnet-free'];

/*
 * The server compares an explicit address with nothing, but for ovn networks without NAT. Two bridges with one
 * subnet end with two routes for it on every host; an ovn network has a router of its own and minds nobody.
 */
export const subnetFree = defineCheck('subnet-free', (intent, facts) => {
  const wanted = wantedSubnets(intent);
  if (wanted.length === 0) return notApplicable(words.notAsked);

  const type = knownType(intent, facts);
  if (type !== null && type !== 'bridge' && type !== 'ovn') return notApplicable(words.noneOfItsOwn(type));

  const fix = listNetworks(intent);
  if (type === null || facts.neighbours.kind !== 'known') {
    return unknown(words.unreadable, { fix });
  }

  const others = neighbours(type, facts).filter((other) => other.managed && !isSelf(other, intent, facts));
  const uplink = type === 'ovn' ? uplinkOf(intent, facts) : null;
  const clashes = wanted.flatMap((subnet) => [
    ...others.flatMap((other) => (type === 'bridge' ? besideBridge(subnet, other) : besideOvn(subnet, other, uplink, intent)) ?? []),
    ...(uplink === null ? [] : onUplinkRanges(subnet, uplink, intent)),
    ...overMembers(type, subnet, facts),
  ]);

  const broken = clashes.filter(({ broken }) => broken);
  if (broken.length > 0) return fail(words.clashes(broken.map(({ says }) => says)), { fix: words.chooseFix });
  if (clashes.length > 0) return warn(words.clashes(clashes.map(({ says }) => says)), { fix: words.chooseFix });

  return pass(words.isFree(wanted.map(subnetText)));
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

  return { says: words.overlaps(subnetText(subnet), subnetText(theirs), other.type, other.name), broken: other.type === 'bridge' };
}

function besideOvn(subnet: Subnet, other: Network, uplink: Network | null, intent: Intent): Clash | null {
  const theirs = ownSubnet(other, subnet.family);
  if (!theirs || !overlap(subnet, theirs)) return null;

  const says = words.overlaps(subnetText(subnet), subnetText(theirs), other.type, other.name);
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
    return met === undefined ? [] : [{ says: words.holdsRange(subnetText(subnet), key, met, uplink.name), broken: false }];
  });
}

/** A bridge takes the route to its subnet on every member; one that holds a member's own address cuts that member off. */
function overMembers(type: 'bridge' | 'ovn', subnet: Subnet, { members, server }: Facts): Clash[] {
  const ofMembers = members.kind === 'known' ? members.value.map(({ server_name: name, url }) => ({ of: words.ofMember(name), address: hostOf(url) })) : [];
  const ofServer = server.addresses.map((address) => ({ of: words.ofServer, address }));
  const met = [...ofMembers, ...ofServer].find(({ address }) => {
    const parsed = parseAddress(address);
    return parsed !== null && !isLoopback(address) && containsAddress(subnet, parsed);
  });
  return met === undefined ? [] : [{ says: words.holdsAddress(subnetText(subnet), met.address, met.of), broken: type === 'bridge' }];
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
