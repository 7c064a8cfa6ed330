import { proofs, uses } from '../words/leftovers.js';
import type { Dnsmasq, HostFacts, Interface } from './facts.js';

/*
 * What proves that something is Incus's own. docs/leftovers.md has the same in words, with the files of
 * Incus that it was read from. A proof is never a name alone.
 */

/** randomHwaddr in network_utils.go: 10:66:6a in 6.0.4 and 7.0.1, 00:16:3e before. */
const MAC_PREFIXES = ['10:66:6a:', '00:16:3e:'];

/** Started by our Incus: no other program reads `<folder>/networks/<interface>/dnsmasq.raw`. */
export function isOwnDnsmasq({ folder }: Dnsmasq, { place }: HostFacts): boolean {
  return folder === place.folder || folder === place.realFolder;
}

export function ownDnsmasqs(facts: HostFacts): Dnsmasq[] {
  return facts.dnsmasqs.filter((dnsmasq) => isOwnDnsmasq(dnsmasq, facts));
}

/** Whether somebody else's dnsmasq serves this interface: LXD's, libvirt's, another Incus's. */
export function isClaimed(name: string, facts: HostFacts): boolean {
  return facts.dnsmasqs.some((dnsmasq) => dnsmasq.interface === name && !isOwnDnsmasq(dnsmasq, facts));
}

/** What shows that this bridge was made by our Incus; null where nothing does. */
export function bridgeProof(bridge: Interface, facts: HostFacts): string | null {
  if (!['bridge', 'openvswitch'].includes(bridge.kind) || isClaimed(bridge.name, facts)) return null;

  const hasOwnMac = bridge.macWasSet && MAC_PREFIXES.some((prefix) => bridge.mac.startsWith(prefix));
  const server = ownDnsmasqs(facts).find((dnsmasq) => dnsmasq.interface === bridge.name);
  const address = server?.listens.find((listen) => bridge.addresses.includes(listen));
  if (server !== undefined && address !== undefined) return proofs.servedAt(server.pid, address);
  if (server !== undefined && hasOwnMac) return proofs.served(server.pid, bridge.mac);
  if (!hasOwnMac) return null;

  const folder = facts.networkFolders.find(({ name }) => name === bridge.name);
  if (folder !== undefined) return proofs.folder(`${facts.place.folder}/networks/${bridge.name}`, bridge.mac);
  const table = chainsNaming(bridge.name, facts);
  if (table !== null) return proofs.table(table, bridge.mac);
  return null;
}

/** The family of Incus's table with chains for this bridge. They are shared by all Incus servers of a machine. */
export function chainsNaming(network: string, { nft, otherDaemons }: HostFacts): string | null {
  if (otherDaemons.length > 0) return null;
  const table = nft.find(({ chains }) => chains.some(({ name, interfaces }) => networkOfChain(name) === network && interfaces.includes(network)));
  return table?.family ?? null;
}

// The chains of a network (NetworkClear) and of an instance's device, in drivers_nftables.go and its templates, 6.0.4 and 7.0.1.
const NETWORK_CHAIN = /^(?:fwd|pstrt|in|out|aclin|aclout|aclfwd|acl|fwdprert|fwdout|fwdpstrt)\.([\w.-]+)$/;
const ANY_CHAIN = /^(?:fwd|pstrt|in|out|aclin|aclout|aclfwd|acl|fwdprert|fwdout|fwdpstrt|prert|egress)\..+$/;

/** The network that a chain would belong to; an instance's device can have a chain of the same shape. */
export function networkOfChain(chain: string): string | null {
  return NETWORK_CHAIN.exec(chain)?.[1] ?? null;
}

export function isIncusChain(chain: string): boolean {
  return ANY_CHAIN.test(chain);
}

/** What keeps a bridge in use: whoever it is, it is not ours to cut off. Ports that Incus itself made do not count. */
export function useOf(bridge: Interface, { interfaces }: HostFacts): string | null {
  const ports = interfaces.filter((port) => port.master === bridge.name && !isOwnPort(port, bridge));
  if (ports.length > 0) return uses.hasPorts(ports.map(({ name }) => name));

  const upper = interfaces.filter(({ lower }) => lower === bridge.name);
  if (upper.length > 0) return uses.isBuiltOn(upper.map(({ name }) => name));
  return null;
}

/** The dummy that holds the MTU, and tunnels (setup and deleteChildren in driver_bridge.go, 6.0.4 and 7.0.1). */
export function isOwnPort(port: Interface, bridge: Interface): boolean {
  if (port.kind === 'dummy') return port.name === `${bridge.name}-mtu`;
  return ['vxlan', 'gretap'].includes(port.kind) && port.name.startsWith(`${bridge.name}-`);
}
