import path from 'node:path';
import { CliError } from '../errors.js';
import type { Config, Remote } from './config.js';
import type { HttpsAddress } from './endpoint.js';
import { openKey } from './key.js';
import { readFile } from './surroundings.js';
import type { FileReader, RemoteSurroundings } from './surroundings.js';
import { systemTrust } from './system-trust.js';
import { accessToken } from './tokens.js';

/** What a request to an HTTPS remote needs besides its address. */
export type Credentials = Omit<HttpsAddress, 'kind' | 'remote' | 'urls'>;

/** From the files beside config.yml and the environment (getConnectionArgs in shared/cliconfig/remote.go, 6.0.4). */
export async function credentials(name: string, remote: Remote, config: Config, surroundings: RemoteSurroundings): Promise<Credentials> {
  const { env, files } = surroundings;
  const own = (...names: string[]) => readOwn(config, names, files);
  const isOidc = remote.authType === 'oidc';
  const login = isOidc ? await loginOf(name, config, own) : {};
  const serverCertificate = remote.global
    ? await readFile(path.join(config.globalFolder, 'servercerts', `${name}.crt`), files)
    : await own('servercerts', `${name}.crt`);
  // With OIDC the native client looks at no certificate of its own, and at no client.ca either.
  const identity = isOidc ? {} : await identityOf(name, config, surroundings, own);
  const authorities = 'ca' in identity ? {} : defined({ systemTrust: await systemTrust(env, files) });

  return { ...defined({ serverCertificate }), ...identity, ...authorities, ...login, ...settingsOf(env) };
}

type ReadOwn = (...names: string[]) => Promise<string | null>;

async function readOwn({ folder }: Config, names: readonly string[], files: FileReader): Promise<string | null> {
  return folder === null ? null : readFile(path.join(folder, ...names), files);
}

async function loginOf(name: string, { folder }: Config, own: ReadOwn): Promise<Pick<Credentials, 'bearer' | 'tokenFile'>> {
  const names = ['oidctokens', `${name}.json`];
  const bearer = accessToken(name, await own(...names));
  return folder === null ? { bearer } : { bearer, tokenFile: path.join(folder, ...names) };
}

async function identityOf(name: string, config: Config, surroundings: RemoteSurroundings, own: ReadOwn): Promise<Credentials> {
  const pair = await clientPair(name, config, surroundings.files);
  const clientCertificate = await own(...pair('crt'));
  const ca = await own(...pair('ca'));
  const key = await own(...pair('key'));
  const clientKey = key === null ? null : await openKey(key, path.join(config.folder ?? '', ...pair('key')), surroundings);
  if (!clientCertificate || !clientKey) throw new CliError('Missing TLS client certificate and key');

  return defined({ ca, clientCertificate, clientKey });
}

/** A remote may have a certificate of its own; both of its halves must be there. */
async function clientPair(name: string, { folder }: Config, files: FileReader): Promise<(extension: string) => string[]> {
  const own = (extension: string) => ['clientcerts', `${name}.${extension}`];
  const halves = folder === null ? [] : [own('crt'), own('key')].map((names) => path.join(folder, ...names));
  const present = await Promise.all(halves.map((file) => files.exists(file)));
  return present.length > 0 && present.every(Boolean) ? own : (extension) => [`client.${extension}`];
}

/** Proxies (shared/proxy/proxy.go, 6.0.4) and INCUS_INSECURE_TLS (shared/tls/tls.go). */
function settingsOf(env: RemoteSurroundings['env']): Pick<Credentials, 'proxies' | 'allowsTls12'> {
  const either = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  const proxies = { https: either('HTTPS_PROXY'), http: either('HTTP_PROXY'), none: either('NO_PROXY') };
  const isInsecure = !['', 'false', '0', 'no', 'off'].includes((env.INCUS_INSECURE_TLS ?? '').toLowerCase());

  return { ...(proxies.https || proxies.http ? { proxies } : {}), ...(isInsecure ? { allowsTls12: true } : {}) };
}

function defined<K extends 'serverCertificate' | 'ca' | 'systemTrust' | 'clientCertificate' | 'clientKey'>(parts: { [Key in K]: string | null }): { [Key in K]?: string } {
  return Object.fromEntries(Object.entries(parts).filter(([, text]) => text !== null && text !== '')) as { [Key in K]?: string };
}
