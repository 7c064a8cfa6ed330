import path from 'node:path';
import { CliError } from '../errors.js';
import type { Config, Remote } from './config.js';
import type { HttpsAddress } from './endpoint.js';
import { readFile } from './surroundings.js';
import type { FileReader } from './surroundings.js';

/** What a request to an HTTPS remote needs besides its address. */
export type Credentials = Omit<HttpsAddress, 'kind' | 'urls'>;

/** From the files beside config.yml (getConnectionArgs in shared/cliconfig/remote.go, 6.0.4). */
export async function credentials(name: string, remote: Remote, config: Config, files: FileReader): Promise<Credentials> {
  const own = (...names: string[]) => readOwn(config, names, files);
  const oidc = remote.authType === 'oidc';
  const bearer = oidc ? accessToken(name, await own('oidctokens', `${name}.json`)) : null;
  const serverCertificate = remote.global
    ? await readFile(path.join(config.globalFolder, 'servercerts', `${name}.crt`), files)
    : await own('servercerts', `${name}.crt`);
  if (oidc) return defined({ bearer, serverCertificate });

  const pair = await clientPair(name, config, files);
  const clientCertificate = await own(...pair('crt'));
  const ca = await own(...pair('ca'));
  const clientKey = await own(...pair('key'));
  if (clientKey !== null) refuseProtected(clientKey, path.join(config.folder ?? '', ...pair('key')));
  if (!clientCertificate || !clientKey) throw new CliError('Missing TLS client certificate and key');

  return defined({ serverCertificate, ca, clientCertificate, clientKey });
}

async function readOwn({ folder }: Config, names: readonly string[], files: FileReader): Promise<string | null> {
  return folder === null ? null : readFile(path.join(folder, ...names), files);
}

/** A remote may have a certificate of its own; both of its halves must be there. */
async function clientPair(name: string, { folder }: Config, files: FileReader): Promise<(extension: string) => string[]> {
  const own = (extension: string) => ['clientcerts', `${name}.${extension}`];
  const halves = folder === null ? [] : [own('crt'), own('key')].map((names) => path.join(folder, ...names));
  const present = await Promise.all(halves.map((file) => files.exists(file)));
  return present.length > 0 && present.every(Boolean) ? own : (extension) => [`client.${extension}`];
}

function refuseProtected(key: string, file: string): void {
  if (!/^DEK-Info:|-----BEGIN (?:OPENSSH|ENCRYPTED) PRIVATE KEY-----/m.test(key)) return;

  throw new CliError(`cannot use client key "${file}": it is protected by a password, which is not supported yet`);
}

/** oidctokens/<remote>.json as the native client stores it; without a token the server will ask for a login. */
function accessToken(name: string, content: string | null): string | null {
  if (content === null) return null;
  try {
    const tokens: unknown = JSON.parse(content);
    if (typeof tokens !== 'object' || tokens === null || !('access_token' in tokens)) return null;
    return typeof tokens.access_token === 'string' && tokens.access_token !== '' ? tokens.access_token : null;
  } catch (error) {
    throw new CliError(`cannot read the OIDC tokens of remote "${name}": the file is no JSON`, {
      cause: error,
      hint: `incus list ${name}:   (logs in again)`,
    });
  }
}

function defined(parts: { [K in keyof Credentials]: string | null }): Credentials {
  return Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== null && text !== ''));
}
