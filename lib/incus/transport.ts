import type { Address } from './address.js';
import { unixTransport } from './transport-unix.js';

export type { Address } from './address.js';

export interface Exchange {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query. */
  path: string;
  body?: unknown;
  /** Milliseconds until the answer's headers; 0: as long as it takes. */
  timeout: number;
}

export interface RawAnswer {
  /** HTTP status. */
  status: number;
  text: string;
}

/** Moves one request and its answer; knows nothing of their meaning. */
export interface Transport {
  send(exchange: Exchange): Promise<RawAnswer>;
  close(): Promise<void>;
}

/** How a server wants its users to log in by OIDC (X-Incus-OIDC-* headers of a 401, internal/server/auth/oidc, 6.0.4). */
export interface OidcChallenge {
  issuer: string;
  clientId: string;
}

/** Resolves to a new access token, or throws where only a person can get one. */
export type RenewToken = (challenge: OidcChallenge, refused: string) => Promise<string>;

export function openTransport(address: Address, userAgent: string, renewToken?: RenewToken): Transport {
  if (address.kind === 'unix') return unixTransport(address, userAgent);

  // TLS is loaded for those who use it.
  let opened: Promise<Transport> | undefined;
  const open = (): Promise<Transport> => (opened ??= import('./transport-https.js').then(({ httpsTransport }) => httpsTransport(address, userAgent, renewToken)));
  return {
    send: async (exchange) => (await open()).send(exchange),
    close: async () => (await opened)?.close(),
  };
}
