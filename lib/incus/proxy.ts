import { BlockList, isIP } from 'node:net';
import { UnreachableError } from '../errors.js';
import type { ProxySettings } from './address.js';

/**
 * The proxy for a URL, or null. The rules are those of Incus's own FromEnvironment (shared/proxy/proxy.go, 6.0.4),
 * which differ from Go's: an https URL never uses HTTP_PROXY.
 */
export function proxyFor(target: URL, { https, http, none }: ProxySettings): URL | null {
  const proxy = target.protocol === 'https:' ? https : http;
  const host = bare(target.hostname).toLowerCase();
  if (proxy === '' || isLoopback(host) || isExempt(host, none)) return null;

  const url = parse(proxy) ?? parse(`http://${proxy}`);
  if (url === null) throw new UnreachableError(`invalid proxy address "${proxy}"`);
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new UnreachableError(`cannot use the proxy ${url.protocol}//${url.host}: only HTTP proxies are supported`);
  }
  return url;
}

function parse(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  // `host:3128` parses as a URL whose scheme is the host.
  return url !== null && /^(http|socks5)/.test(url.protocol) && url.hostname !== '' ? url : null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExempt(host: string, none: string): boolean {
  if (none === '*') return true;

  return none
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matches(host, withoutPort(entry)));
}

function matches(host: string, entry: string): boolean {
  if (host === bare(entry)) return true;
  if (entry.includes('/')) return isIP(host) !== 0 && isInSubnet(host, entry);
  if (isIP(host) !== 0) return false;
  return entry.startsWith('.') ? host.endsWith(entry) || host === entry.slice(1) : host.endsWith(`.${entry}`);
}

function isInSubnet(host: string, subnet: string): boolean {
  const [net = '', bits = ''] = subnet.split('/');
  const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(net) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32)) return false;

  const list = new BlockList();
  list.addSubnet(net, Number(bits), family);
  return isIP(host) === isIP(net) && list.check(host, family);
}

/** `host:port` and `[v6]:port` without the port; a bare IPv6 address has none. */
function withoutPort(entry: string): string {
  return isIP(entry) === 6 || /^[0-9a-f:]+\/\d+$/.test(entry) ? entry : entry.replace(/:\d*$/, '');
}

/** An IPv6 address without its brackets. */
export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
