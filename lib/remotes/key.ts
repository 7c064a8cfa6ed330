import { createPrivateKey } from 'node:crypto';
import { CliError, causeText } from '../errors.js';
import type { RemoteSurroundings } from './surroundings.js';

/** A private key as it may be used; asks for its password where it has one. */
export async function openKey(key: string, file: string, { stdin, password }: Pick<RemoteSurroundings, 'stdin' | 'password'>): Promise<string> {
  if (/-----BEGIN OPENSSH PRIVATE KEY-----/.test(key)) {
    throw new CliError(`cannot use client key "${file}": keys in the format of OpenSSH are not supported`, {
      hint: `ssh-keygen -p -m PEM -f ${file}   # rewrites it in a format that the native client reads as well`,
    });
  }
  if (!isProtected(key)) return key;
  if (!stdin.isTTY) {
    throw new CliError(`cannot use client key "${file}": it is protected by a password, and there is no terminal to ask for it`, {
      hint: 'run this on a terminal, without anything on standard input',
    });
  }
  return decrypted(key, await password(`Password for ${file}:`), file);
}

/** RFC 1421 (`DEK-Info`), which the native client reads, and PKCS #8, which it does not. */
function isProtected(key: string): boolean {
  return /^DEK-Info:|-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(key);
}

function decrypted(key: string, passphrase: string, file: string): string {
  try {
    return createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch (error) {
    const isWrongPassword = /bad decrypt|BAD_DECRYPT|BAD_PASSWORD|no start line|wrong tag|interrupted or cancelled/i.test(causeText(error));
    throw new CliError(isWrongPassword ? 'x509: decryption password incorrect' : `cannot use client key "${file}": ${causeText(error)}`, { cause: error });
  }
}
