import { CliError } from '../errors.js';
import type { Config, Remote } from './config.js';
import type { Endpoint, HttpsAddress, UnixAddress } from './endpoint.js';
import { unixSocket } from './socket.js';
import type { RemoteSurroundings } from './surroundings.js';
import { credentials } from './tls.js';
import { quote } from '../words/shell.js';

export interface ResolvedRemote {
  endpoint: Endpoint;
  /** What stands behind the remote's prefix. */
  name: string;
}

export interface ResolveOptions {
  /** --project; null or empty where it was not given. */
  project: string | null;
}

/**
 * Which server, which project and which network `[<remote>:]<network>` means, as ParseServers in cmd/incus/main.go and
 * GetInstanceServer in shared/cliconfig/remote.go have it (6.0.4; several addresses: 7.0). --force-local has no part in
 * it: the native client reads that flag only to decide whether to write a first config.yml.
 */
export async function resolveRemote(
  subject: string,
  { project }: ResolveOptions,
  config: Config,
  surroundings: RemoteSurroundings,
): Promise<ResolvedRemote> {
  const { remoteName, name } = splitRemote(subject, config);
  const remote = config.remotes.get(remoteName);
  if (remote === undefined) throw unknownRemote(remoteName);
  if (remote.public || remote.protocol !== 'incus') throw new CliError("The remote isn't a private server");

  const { address, project: ownProject } = await addressOf(remoteName, remote, config, surroundings);
  const override = project || surroundings.env.INCUS_PROJECT || '';
  return {
    endpoint: { remote: remoteName, address, ...chosenProject(project, override, remote.project, ownProject) },
    name,
  };
}

/** `lab:web` is web on lab, as long as there is a remote of that name. */
export function splitRemote(subject: string, { remotes, defaultRemote }: Config): { remoteName: string; name: string } {
  const colon = subject.indexOf(':');
  if (colon === -1) return { remoteName: defaultRemote, name: subject };

  const prefix = subject.slice(0, colon);
  if (remotes.has(prefix)) return { remoteName: prefix, name: subject.slice(colon + 1) };
  // Made for snapshots, whose names may hold a colon; the native client does it for networks too.
  if (prefix.includes('/')) return { remoteName: defaultRemote, name: subject };
  throw unknownRemote(prefix);
}

function unknownRemote(name: string): CliError {
  return new CliError(`The remote "${name}" doesn't exist`);
}

interface Address {
  address: UnixAddress | HttpsAddress;
  /** The project that belongs to the socket itself: incus-user's. */
  project: string | null;
}

async function addressOf(name: string, remote: Remote, config: Config, surroundings: RemoteSurroundings): Promise<Address> {
  const [first = ''] = remote.addresses;
  if (first.startsWith('unix:')) {
    const { socket, project } = await unixSocket(first, surroundings);
    return { address: { kind: 'unix', socket }, project };
  }

  const urls = remote.addresses.filter((url) => !url.startsWith('unix:')).map((url) => url.replace(/\/$/, ''));
  const unusable = urls.find((url) => !/^https:\/\/[^/]/.test(url));
  if (unusable !== undefined) throw new CliError(`cannot use remote "${name}": "${unusable}" is no https:// address`);

  const acceptance = remote.global ? {} : { acceptance: acceptanceOf(name, urls, remote, config) };
  return { address: { kind: 'https', remote: name, urls, ...acceptance, ...(await credentials(name, remote, config, surroundings)) }, project: null };
}

/** The native client asks about a certificate when a remote is added, and removes all remotes but the default one. */
function acceptanceOf(name: string, [url = '']: string[], { authType, project }: Remote, { defaultRemote }: Config): string {
  const flags = [...(authType === 'oidc' ? ['--auth-type', 'oidc'] : []), ...(project === '' ? [] : ['--project', project])];
  const renewal = `incus remote remove ${quote(name)} && incus remote add ${[name, url, ...flags].map(quote).join(' ')}`;
  return name === defaultRemote ? `incus remote switch local && ${renewal} && incus remote switch ${quote(name)}` : renewal;
}

function chosenProject(flag: string | null, override: string, remote: string, socket: string | null): Pick<Endpoint, 'project' | 'projectFrom'> {
  if (override !== '') return { project: override, projectFrom: flag ? 'flag' : 'environment' };
  if (remote !== '' && remote !== 'default') return { project: remote, projectFrom: 'remote' };
  if (socket !== null) return { project: socket, projectFrom: 'user-socket' };
  return { project: 'default', projectFrom: remote === '' ? 'default' : 'remote' };
}
