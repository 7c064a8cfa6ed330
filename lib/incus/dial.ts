import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { UnreachableError, causeText, errorCode } from '../errors.js';
import { bare } from './proxy.js';

/** Milliseconds that one address of a host has to accept a connection (RFC3493Dialer, shared/tls/tls.go, 6.0.4). */
export const CONNECT_TIMEOUT = 10_000;

/** Where a connection is to go. */
export interface Peer {
  /** Without brackets. */
  host: string;
  port: number;
}

export function peerOf(url: URL): Peer {
  const usual = url.protocol === 'https:' ? 443 : 80;
  return { host: bare(url.hostname), port: url.port === '' ? usual : Number(url.port) };
}

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort({ host, port }: Peer): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/**
 * A TCP connection to the first of the host's addresses that accepts one.
 * @throws UnreachableError in the native client's words
 */
export async function dial(peer: Peer, signal: AbortSignal): Promise<Socket> {
  const problems: string[] = [];
  for (const address of await addressesOf(peer.host)) {
    try {
      return await dialAddress({ host: address, port: peer.port }, signal);
    } catch (error) {
      if (signal.aborted) break;
      problems.push(causeText(error));
    }
  }
  throw new UnreachableError(`Unable to connect to: ${hostPort(peer)} ([${problems.join(' ')}])`);
}

/** A TCP connection through an HTTP proxy, by CONNECT. */
export async function dialThrough(proxy: URL, peer: Peer, signal: AbortSignal): Promise<Socket> {
  const { Client } = await import('undici');
  const dialed = proxy.protocol === 'http:' ? { connect: dialer(peerOf(proxy), signal) } : {};
  const client = new Client(proxy.origin, { ...dialed, headersTimeout: CONNECT_TIMEOUT });
  try {
    const { statusCode, socket } = await client.connect({ path: hostPort(peer), headers: { host: hostPort(peer), ...authorization(proxy) }, signal });
    if (statusCode === 200) return socket as Socket;

    socket.on('error', () => undefined).destroy();
    throw new UnreachableError(`the proxy ${proxy.host} answered ${statusCode} to CONNECT`);
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    throw new UnreachableError(`proxyconnect tcp: ${causeText(error)}`, { cause: error });
  } finally {
    void client.close();
  }
}

/** The connection of undici's client to the proxy itself, so that its failures have the same words. */
function dialer(proxy: Peer, signal: AbortSignal): (options: unknown, done: (...result: [null, Socket] | [Error, null]) => void) => void {
  return (_, done) => {
    addressesOf(proxy.host)
      .then(([address = proxy.host]) => dialAddress({ host: address, port: proxy.port }, signal))
      .then(
        (socket) => done(null, socket),
        (error: Error) => done(error, null),
      );
  };
}

function authorization({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const why = errorCode(error) === 'ENOTFOUND' ? 'no such host' : errorCode(error) === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : causeText(error);
    throw new UnreachableError(`lookup ${host}: ${why}`, { cause: error });
  }
}

function dialAddress(peer: Peer, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...peer, signal });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`dial tcp ${hostPort(peer)}: ${why}`));
    };
    const timer = setTimeout(() => fail('i/o timeout'), CONNECT_TIMEOUT);
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail(`connect: ${systemWords[errorCode(error)] ?? causeText(error)}`);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      // Whoever takes the socket over listens for himself; until then an error must not end the process.
      socket.removeAllListeners('error').on('error', () => undefined);
      socket.setNoDelay(true);
      // A create may be silent for minutes; this notices a peer that is gone.
      socket.setKeepAlive(true, 3_000);
      resolve(socket);
    });
  });
}

/** strerror's words, which Go prints and Node does not. */
const systemWords: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  ENETUNREACH: 'network is unreachable',
  EHOSTUNREACH: 'no route to host',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};
