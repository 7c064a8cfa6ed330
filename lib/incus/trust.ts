import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { UnreachableError } from '../errors.js';
import type { HttpsAddress } from './address.js';
import { namesIn } from './certificate.js';

/**
 * Whom a connection trusts and who it is itself, as GetTLSConfigMem of the native client has it
 * (shared/tls/tls.go, 6.0.4): the pinned certificate is one more authority besides client.ca or the system's,
 * and the server may go by the pinned certificate's first name instead of the address's.
 */
export interface Trust {
  /** The pinned certificate; null: none. */
  pinned: X509Certificate | null;
  /** The name that the server has by its pinned certificate. */
  pinnedName: string | null;
  /** Authorities to try in this order; the first is the pinned certificate alone, which is quicker to load. */
  contexts: (() => SecureContext)[];
}

type TrustSettings = Pick<HttpsAddress, 'serverCertificate' | 'ca' | 'systemTrust' | 'clientCertificate' | 'clientKey' | 'allowsTls12'>;

/** @throws UnreachableError a certificate or key that cannot be used */
export function trustOf(address: TrustSettings): Trust {
  const { serverCertificate, ca, systemTrust, clientCertificate, clientKey } = address;
  const own = clientCertificate === undefined || clientKey === undefined ? {} : { cert: clientCertificate, key: usableKey(clientCertificate, clientKey) };
  const pinned = serverCertificate === undefined ? null : pinnedCertificate(serverCertificate);
  const authorities = ca === undefined ? (systemTrust === undefined ? [...rootCertificates] : [systemTrust]) : [ca];

  const contextFor = (trusted: string[]): (() => SecureContext) =>
    once(() =>
      createSecureContext({
        ...own,
        ca: trusted,
        minVersion: address.allowsTls12 ? 'TLSv1.2' : 'TLSv1.3',
        // The pinned certificate is good by itself, whoever has signed it.
        allowPartialTrustChain: true,
      }),
    );
  return {
    pinned,
    pinnedName: pinned === null ? null : (namesIn(pinned).hosts[0] ?? null),
    contexts: pinned === null ? [contextFor(authorities)] : [contextFor([pinned.toString()]), contextFor([pinned.toString(), ...authorities])],
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function pinnedCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(firstBlock(pem));
  } catch (error) {
    throw new UnreachableError('Invalid remote certificate', { cause: error });
  }
}

/** Text around the certificate is of no interest. */
function firstBlock(pem: string): string {
  return /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(pem)?.[0] ?? pem;
}

function usableKey(certificate: string, key: string): string {
  const own = parse(() => new X509Certificate(firstBlock(certificate)), /-----BEGIN CERTIFICATE-----/.test(certificate) ? 'x509: malformed certificate' : 'tls: failed to find any PEM data in certificate input');
  const secret = parse((): KeyObject => createPrivateKey(key), /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key) ? 'tls: failed to parse private key' : 'tls: failed to find any PEM data in key input');

  if (!own.checkPrivateKey(secret)) throw new UnreachableError('tls: private key does not match public key');
  return secret.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parse<T>(read: () => T, problem: string): T {
  try {
    return read();
  } catch (error) {
    throw new UnreachableError(problem, { cause: error });
  }
}
