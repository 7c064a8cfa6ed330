import { setMaxListeners } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { UnreachableError, causeText } from '../errors.js';
import type { HttpsAddress } from './address.js';
import { dial, dialThrough, peerOf } from './dial.js';
import type { FullAnswer } from './exchange.js';
import { Connections, exchangeOver, withoutAnswer } from './exchange.js';
import { secured } from './handshake.js';
import { proxyFor } from './proxy.js';
import type { Exchange, OidcChallenge, RenewToken, Transport } from './transport.js';
import type { Trust } from './trust.js';
import { trustOf } from './trust.js';

/**
 * HTTPS to the first of a remote's addresses that accepts a connection and shows the right certificate. The
 * choice is made once, before the first request: a request is never sent again to another address.
 */
export function httpsTransport(address: HttpsAddress, userAgent: string, renewToken?: RenewToken): Transport {
  const headers: Record<string, string> = { 'user-agent': userAgent };
  let token = address.bearer;
  let opening: Promise<Opened> | undefined;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one per connection
  let renewing: Promise<string> | undefined;

  async function attempt(exchange: Exchange): Promise<FullAnswer> {
    const { connections, host, origin } = await (opening ??= openConnections(address, closing.signal));
    // X-Incus-authenticated: an answer for strangers is of no use (client/connection.go, 6.0.4).
    const login = token === undefined ? {} : { authorization: `Bearer ${token}`, 'x-incus-authenticated': 'true' };
    try {
      return await exchangeOver(connections, exchange, { ...headers, host, ...login });
    } catch (error) {
      throw error instanceof UnreachableError ? error : withoutAnswer(error, exchange.method, origin);
    }
  }

  /** Requests side by side are refused side by side, and a refresh token is good for one refresh. */
  async function renewed(challenge: OidcChallenge, refused: string, renew: RenewToken): Promise<void> {
    if (token !== refused) return;
    token = await (renewing ??= renew(challenge, refused).finally(() => (renewing = undefined)));
  }

  return {
    async send(exchange) {
      const sentToken = token;
      const answer = await attempt(exchange);
      const challenge = challengeIn(answer);
      if (challenge === null || sentToken === undefined || renewToken === undefined) return answer;

      // A 401 comes before anything is done (Daemon.createCmd, cmd/incusd/daemon.go, 6.0.4), so the request may be sent again.
      await renewed(challenge, sentToken, renewToken);
      return attempt(exchange);
    },
    async close() {
      closing.abort();
      await opening?.then(({ connections }) => connections.close()).catch(() => undefined);
    },
  };
}

function challengeIn({ status, headers }: FullAnswer): OidcChallenge | null {
  const issuer = headers['x-incus-oidc-issuer'];
  const clientId = headers['x-incus-oidc-clientid'];
  if (status !== 401 || typeof issuer !== 'string' || typeof clientId !== 'string' || issuer === '' || clientId === '') return null;
  return { issuer, clientId };
}

interface Opened {
  connections: Connections;
  /** For the Host header. */
  host: string;
  origin: string;
}

async function openConnections(address: HttpsAddress, signal: AbortSignal): Promise<Opened> {
  const trust = trustOf(address);
  const problems: UnreachableError[] = [];
  for (const url of address.urls) {
    try {
      return await connectionsAt(new URL(url), trust, address, signal);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      problems.push(error);
    }
  }
  const hint = problems.find((problem) => problem.hint !== undefined)?.hint;
  throw new UnreachableError(problems.map(causeText).join('\n'), { ...(hint === undefined ? {} : { hint }), cause: problems[0] });
}

async function connectionsAt(url: URL, trust: Trust, address: HttpsAddress, signal: AbortSignal): Promise<Opened> {
  // The first connection is made before there are others, so that its failure is not one of a request.
  let first: TLSSocket | undefined = await connectTo(url, trust, address, signal);
  const connections = new Connections((done) => {
    const ready = first?.destroyed === false ? Promise.resolve(first) : connectTo(url, trust, address, signal);
    first = undefined;
    ready.then(
      (socket) => done(null, socket),
      (error: Error) => done(error),
    );
  });
  return { connections, host: url.host, origin: url.origin };
}

/** @throws UnreachableError with the URL in front, as Go's http client has it */
async function connectTo(url: URL, trust: Trust, { proxies, remote, acceptance }: HttpsAddress, signal: AbortSignal): Promise<TLSSocket> {
  try {
    const peer = peerOf(url);
    const proxy = proxies === undefined ? null : proxyFor(url, proxies);
    return await secured(trust, {
      host: peer.host,
      dial: () => (proxy === null ? dial(peer, signal) : dialThrough(proxy, peer, signal)),
      signal,
      changedHint:
        `the server shows another certificate than the one that was accepted for remote "${remote}"` +
        (acceptance === undefined ? '' : `; where that is meant to be: ${acceptance}`),
    });
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(`Get "${url.origin}/1.0": ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
  }
}
