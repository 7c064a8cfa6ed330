import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/*
 * Whether a server's certificate is good, in the words and the order of Go's crypto/x509, which the native
 * client prints: first the dates, then the name, then who signed it.
 */

export type Flaw = { kind: 'date' | 'name' | 'authority' | 'other'; words: string };

/**
 * What is wrong with the certificate; null where nothing is.
 * @param authorizationError the code with which the TLS library refused its chain; empty where it did not
 */
export function flawIn(certificate: X509Certificate, name: string, authorizationError: string, now: Date): Flaw | null {
  return wrongDate(certificate, now) ?? wrongName(certificate, name) ?? wrongChain(authorizationError);
}

function wrongDate({ validFrom, validTo }: X509Certificate, now: Date): Flaw | null {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  const words = (relation: string, limit: Date): Flaw => ({
    kind: 'date',
    words: `x509: certificate has expired or is not yet valid: current time ${seconds(now)} is ${relation} ${seconds(limit)}`,
  });
  if (now < from) return words('before', from);
  return now > to ? words('after', to) : null;
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function wrongName(certificate: X509Certificate, name: string): Flaw | null {
  const isAddress = isIP(name) !== 0;
  const matches = isAddress ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' });
  if (matches !== undefined) return null;

  const names = namesIn(certificate);
  const flaw = (words: string): Flaw => ({ kind: 'name', words: `x509: ${words}` });
  if (isAddress) {
    return names.addresses.length === 0
      ? flaw(`cannot validate certificate for ${name} because it doesn't contain any IP SANs`)
      : flaw(`certificate is valid for ${names.addresses.join(', ')}, not ${name}`);
  }
  if (certificate.subjectAltName === undefined) return flaw('certificate relies on legacy Common Name field, use SANs instead');
  return names.hosts.length === 0
    ? flaw(`certificate is not valid for any names, but wanted to match ${name}`)
    : flaw(`certificate is valid for ${names.hosts.join(', ')}, not ${name}`);
}

/** The names that a certificate is for. */
export function namesIn({ subjectAltName = '' }: X509Certificate): { hosts: string[]; addresses: string[] } {
  const entries = subjectAltName.split(', ');
  const ofKind = (kind: string): string[] => entries.filter((entry) => entry.startsWith(`${kind}:`)).map((entry) => entry.slice(kind.length + 1));
  return { hosts: ofKind('DNS'), addresses: ofKind('IP Address').map(shortened) };
}

/** OpenSSL writes IPv6 addresses in full. */
function shortened(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function wrongChain(code: string): Flaw | null {
  switch (code) {
    case '':
      return null;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return { kind: 'date', words: 'x509: certificate has expired or is not yet valid' };
    case 'INVALID_PURPOSE':
      return { kind: 'other', words: 'x509: certificate specifies an incompatible key usage' };
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_UNTRUSTED':
      return { kind: 'authority', words: 'x509: certificate signed by unknown authority' };
    default:
      return { kind: 'authority', words: `x509: ${code}` };
  }
}
