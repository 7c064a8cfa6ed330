import type { Env, FileReader } from './surroundings.js';

/** Where systems keep their authorities, in the order in which Go looks (crypto/x509/root_linux.go, Go 1.23). */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The authorities that this system trusts, as PEM; null where it has no bundle of them. */
export async function systemTrust(env: Env, files: FileReader): Promise<string | null> {
  for (const file of env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : bundles) {
    const content = await files.read(file).catch(() => null);
    if (content !== null) return content;
  }
  return null;
}
