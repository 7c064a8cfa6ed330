import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/*
 * Addresses as the server reads them (Go's net.ParseIP and net.ParseCIDR): no zones, no leading zeros,
 * an IPv4 address mapped into IPv6 counts as IPv4. The arithmetic is ipaddr.js.
 */

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface Subnet {
  family: 4 | 6;
  /** The address as given. */
  address: Address;
  /** The first address of the subnet. */
  network: Address;
  prefix: number;
}

export interface Range {
  family: 4 | 6;
  start: Address;
  end: Address;
}

/** 4, 6, or null where the text is no address. */
export function familyOf(text: string): 4 | 6 | null {
  if (isIPv4(text)) return 4;
  // Node compiles a large expression for its answer, and most creates name no IPv6 address at all.
  if (!text.includes(':') || !isIPv6(text) || text.includes('%')) return null;

  return ipaddr.IPv6.parse(text).isIPv4MappedAddress() ? 4 : 6;
}

export function parseSubnet(text: string | undefined): Subnet | null {
  const [host = '', length = '', ...rest] = (text ?? '').split('/');
  const family = familyOf(host);
  const prefix = Number(length);
  if (family === null || rest.length > 0 || !/^\d+$/.test(length) || prefix > (isIPv4(host) ? 32 : 128)) return null;

  const cidr = `${host}/${prefix}`;
  // Mapped addresses keep the length of the 16 bytes that they were written in.
  return isIPv4(host)
    ? { family, prefix, address: ipaddr.IPv4.parse(host), network: ipaddr.IPv4.networkAddressFromCIDR(cidr) }
    : { family, prefix, address: ipaddr.IPv6.parse(host), network: ipaddr.IPv6.networkAddressFromCIDR(cidr) };
}

export function isNetworkAddress(subnet: Subnet): boolean {
  return subnet.address.toString() === subnet.network.toString();
}

export function containsAddress(subnet: Subnet, address: Address): boolean {
  if (subnet.network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(subnet.network, subnet.prefix);

  return address instanceof ipaddr.IPv6 && address.match(subnet.network, subnet.prefix);
}

export function contains(outer: Subnet, inner: Subnet): boolean {
  return inner.prefix >= outer.prefix && containsAddress(outer, inner.network);
}

export function overlap(one: Subnet, other: Subnet): boolean {
  return contains(one, other) || contains(other, one);
}

/** `start-end`; null where the text is no range of one family. */
export function parseRange(text: string): Range | null {
  const dash = text.indexOf('-');
  const first = text.slice(0, dash);
  const last = text.slice(dash + 1);
  if (dash < 0 || !familyOf(first) || familyOf(first) !== familyOf(last)) return null;

  return { family: familyOf(first) ?? 4, start: ipaddr.parse(first), end: ipaddr.parse(last) };
}

/** Whether the range runs upwards and lies within the subnet. A leading zero stands for the subnet's own prefix: `0.0.0.9`. */
export function rangeFits(range: Range, subnet: Subnet): boolean {
  if (compare(range.start, range.end) > 0) return false;

  return [range.start, range.end].every((address) => address.toByteArray()[0] === 0 || containsAddress(subnet, address));
}

export function rangesOverlap(one: Range, other: Range): boolean {
  return one.family === other.family && compare(one.start, other.end) <= 0 && compare(other.start, one.end) <= 0;
}

/** Null where the text is no address. */
export function parseAddress(text: string): Address | null {
  return familyOf(text) === null ? null : ipaddr.parse(text);
}

/** Whether an address of the range lies in the subnet. */
export function rangeMeets({ start, end }: Range, subnet: Subnet): boolean {
  return containsAddress(subnet, start) || containsAddress(subnet, end) || (compare(start, subnet.network) <= 0 && compare(subnet.network, end) <= 0);
}

/** How many addresses the range has. */
export function sizeOf({ start, end }: Range): bigint {
  return toNumber(end) - toNumber(start) + 1n;
}

/** Those of the addresses that lie in the range. */
export function addressesIn(range: Range, addresses: readonly string[]): string[] {
  return addresses.filter((text) => {
    if (familyOf(text) !== range.family) return false;
    const address = ipaddr.parse(text);
    return compare(range.start, address) <= 0 && compare(address, range.end) <= 0;
  });
}

function toNumber(address: Address): bigint {
  return address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** As people write it: `10.0.0.0/24`. */
export function subnetText({ network, prefix }: Subnet): string {
  return `${network.toString()}/${prefix}`;
}

/** The address before the last one of an IPv4 subnet. */
export function lastHost(subnet: Subnet): string | null {
  if (!(subnet.network instanceof ipaddr.IPv4) || subnet.prefix > 30) return null;

  const broadcast = ipaddr.IPv4.broadcastAddressFromCIDR(`${subnet.network.toString()}/${subnet.prefix}`);
  return new ipaddr.IPv4([...broadcast.octets.slice(0, 3), (broadcast.octets[3] ?? 1) - 1]).toString();
}

/** The first address after the network's own, with the prefix length: what to propose as a gateway. */
export function firstHost(subnet: Subnet): string {
  const bytes = subnet.network.toByteArray();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;

  return `${ipaddr.fromByteArray(bytes).toString()}/${subnet.prefix}`;
}

function compare(one: Address, other: Address): number {
  const [left, right] = [one.toByteArray(), other.toByteArray()];
  const different = left.findIndex((byte, index) => byte !== right[index]);

  return different < 0 ? 0 : (left[different] ?? 0) - (right[different] ?? 0);
}
