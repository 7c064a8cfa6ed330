import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import { UnreachableError, causeText, errorCode } from '../errors.js';
import type { Flaw } from './certificate.js';
import { flawIn } from './certificate.js';
import type { Trust } from './trust.js';

/** Milliseconds for the handshake alone. */
const HANDSHAKE_TIMEOUT = 10_000;

/** The server is not who it should be; nothing was said to it. */
export class UntrustedServerError extends UnreachableError {
  readonly flaw: Flaw['kind'];

  constructor({ kind, words }: Flaw, hint: string | undefined) {
    super(`tls: failed to verify certificate: ${words}`, hint === undefined ? {} : { hint });
    this.flaw = kind;
  }
}

/** What a handshake needs besides its trust. */
export interface Handshake {
  /** Name in the URL. */
  host: string;
  /** A new connection to the server. */
  dial(): Promise<Socket>;
  /** What to do where the server shows another certificate than the pinned one. */
  changedHint: string | undefined;
  /** Ends an attempt that nobody waits for any more. */
  signal: AbortSignal;
}

/**
 * A TLS connection to a server that is who it should be: as long as this has not resolved, no byte of HTTP
 * can leave. The native client tries the pinned certificate's name first, then the address's
 * (tlsHTTPClient, client/util.go, 6.0.4), and so do we.
 * @throws UnreachableError
 */
export async function secured(trust: Trust, { host, dial, changedHint, signal }: Handshake): Promise<TLSSocket> {
  let problem: unknown;
  for (const name of new Set([trust.pinnedName ?? host, host])) {
    for (const context of trust.contexts) {
      try {
        return await attempt(await dial(), name, context(), { changedHint: trust.pinned === null ? undefined : changedHint, signal });
      } catch (error) {
        problem = error;
        if (!(error instanceof UntrustedServerError)) throw error;
        // More authorities can only help against this.
        if (error.flaw !== 'authority') break;
      }
    }
  }
  throw problem;
}

function attempt(socket: Socket, name: string, secureContext: SecureContext, { changedHint, signal }: Pick<Handshake, 'changedHint' | 'signal'>): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      secureContext,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ALPNProtocols: ['http/1.1'],
      // The chain is judged all the same, in `authorizationError`; names and words are ours.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const fail = (error: Error): void => {
      settle();
      secure.destroy();
      reject(error);
    };
    const abort = (): void => fail(new UnreachableError('the connection is no longer wanted'));
    signal.addEventListener('abort', abort);
    const timer = setTimeout(() => fail(new UnreachableError('net/http: TLS handshake timeout')), HANDSHAKE_TIMEOUT);
    secure.once('error', (error) => fail(new UnreachableError(handshakeWords(error), { cause: error })));
    secure.once('secureConnect', () => {
      const certificate = secure.getPeerX509Certificate();
      if (certificate === undefined) return fail(new UnreachableError('tls: the server has no certificate'));

      const refusal = secure.authorized ? '' : String(secure.authorizationError ?? 'unknown');
      const flaw = flawIn(certificate, name, refusal, new Date());
      if (flaw !== null) return fail(new UntrustedServerError(flaw, flaw.kind === 'authority' ? changedHint : undefined));

      settle();
      secure.removeAllListeners('error').on('error', () => undefined);
      resolve(secure);
    });
  });
}

/** What Go says of a handshake that came to nothing. */
function handshakeWords(error: Error): string {
  const code = errorCode(error);
  if (code === 'ECONNRESET') return 'EOF';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return 'tls: first record does not look like a TLS handshake';
  if (code === 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION') return 'remote error: tls: protocol version not supported';

  const alert = /alert ([a-z ]+?)(?::|$)/.exec(causeText(error))?.[1];
  return alert === undefined ? `the TLS handshake failed: ${causeText(error)}` : `remote error: tls: ${alert}`;
}
