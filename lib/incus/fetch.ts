import { Agent, fetch } from 'undici';
import type { RequestInit } from 'undici';
import type { HttpsAddress } from './address.js';
import { dial, dialThrough, peerOf } from './dial.js';
import { secured } from './handshake.js';
import { proxyFor } from './proxy.js';
import { trustOf } from './trust.js';

/**
 * `fetch` for servers other than Incus: those that log users in. They are trusted as the remote is, and reached by
 * the same proxies; the native client uses one HTTP client for both (client/oidc.go, 6.0.4).
 */
export function fetchAs(address: HttpsAddress): (url: string, init: object) => Promise<Response> {
  const trust = { ...trustOf(address), pinnedName: null };
  const { signal } = new AbortController();
  const agent = new Agent({
    connect: ({ protocol, hostname, port }, done) => {
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}`);
      const peer = peerOf(url);
      const proxy = address.proxies === undefined ? null : proxyFor(url, address.proxies);
      const reach = () => (proxy === null ? dial(peer, signal) : dialThrough(proxy, peer, signal));
      const connected = protocol === 'https:' ? secured(trust, { host: peer.host, dial: reach, changedHint: undefined, signal }) : reach();
      connected.then(
        (socket) => done(null, socket),
        (error: Error) => done(error, null),
      );
    },
    // One connection per answer: nothing is left open that would keep the program from ending.
    pipelining: 0,
  });
  return async (url, init) => (await fetch(url, { ...(init as RequestInit), dispatcher: agent })) as unknown as Response;
}
