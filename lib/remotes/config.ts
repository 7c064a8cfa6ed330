import path from 'node:path';
import { CliError, causeText } from '../errors.js';
import type { ConfigFile, ConfigFileRemote, ParseConfigFile } from './config-file.js';
import { readFile } from './surroundings.js';
import type { Env, FileReader } from './surroundings.js';

export interface Remote {
  /** `https://…` or `unix:…`, in the order in which the native client tries them. */
  addresses: string[];
  authType: string;
  project: string;
  protocol: string;
  public: boolean;
  /** From the machine's own configuration (/etc/incus), and so are its certificates. */
  global: boolean;
}

/** What config.yml, the global config.yml and the environment say about remotes. */
export interface Config {
  defaultRemote: string;
  remotes: ReadonlyMap<string, Remote>;
  /** Holds config.yml, client.crt, servercerts/, …; null where there is no place for one. */
  folder: string | null;
  globalFolder: string;
}

/** As LoadConfig in shared/cliconfig/file.go, 6.0.4. It never writes: the native client creates config.yml on its first run. */
export async function readConfig(env: Env, files: FileReader, parse: ParseConfigFile): Promise<Config> {
  try {
    return await load(env, files, parse);
  } catch (error) {
    throw new CliError(`Failed to load configuration: ${causeText(error)}`, { cause: error });
  }
}

async function load(env: Env, files: FileReader, parse: ParseConfigFile): Promise<Config> {
  const file = await configPath(env, files);
  const folder = file === null ? null : path.dirname(file);
  const globalFolder = env.INCUS_GLOBAL_CONF || '/etc/incus';
  const content = file === null || !(await files.exists(file)) ? null : await readText(file, files);

  // Without a file, the native client looks neither at the global remotes nor at INCUS_REMOTE.
  if (content === null) {
    return { defaultRemote: 'local', remotes: new Map([['images', imagesRemote], ['local', localRemote]]), folder, globalFolder };
  }

  const own = await decode(content, parse);
  const global = await globalConfig(path.join(globalFolder, 'config.yml'), files, parse);
  return {
    defaultRemote: env.INCUS_REMOTE || own['default-remote'] || 'local',
    remotes: allRemotes(own, global),
    folder,
    globalFolder,
  };
}

/** Where config.yml is or would be. */
async function configPath(env: Env, files: FileReader): Promise<string | null> {
  if (env.INCUS_CONF) return expanded(path.join(env.INCUS_CONF, 'config.yml'), env);
  if (!env.HOME || !(await files.exists(env.HOME))) return null;

  return expanded(path.join(env.HOME, '.config', 'incus', 'config.yml'), env);
}

/** os.ExpandEnv: `$NAME` and `${NAME}`, empty where the environment has none. */
function expanded(text: string, env: Env): string {
  return text.replace(/\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g, (_, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? '');
}

async function readText(file: string, files: FileReader): Promise<string | null> {
  try {
    return await readFile(file, files);
  } catch (error) {
    throw new CliError(`Unable to read the configuration file: ${causeText(error)}`, { cause: error });
  }
}

async function decode(content: string, parse: ParseConfigFile): Promise<ConfigFile> {
  try {
    return await parse(Buffer.from(content));
  } catch (error) {
    throw new CliError(`Unable to decode the configuration: ${causeText(error)}`, { cause: error });
  }
}

/** A global file that cannot be read counts as none; one that cannot be understood is an error. */
async function globalConfig(file: string, files: FileReader, parse: ParseConfigFile): Promise<ConfigFile | null> {
  const content = await files.read(file).catch(() => null);
  return content === null ? null : decode(content, parse);
}

const localRemote: Remote = { addresses: ['unix://'], authType: '', project: '', protocol: 'incus', public: false, global: false };

const imagesRemote: Remote = {
  addresses: ['https://images.linuxcontainers.org'],
  authType: '',
  project: '',
  protocol: 'simplestreams',
  public: true,
  global: false,
};

function allRemotes(own: ConfigFile, global: ConfigFile | null): Map<string, Remote> {
  const remotes = new Map<string, Remote>();
  for (const [name, remote] of Object.entries(global?.remotes ?? {})) remotes.set(name, remoteFrom(remote, true));
  for (const [name, remote] of Object.entries(own.remotes)) remotes.set(name, remoteFrom(remote, false));

  // `local` is what it is; only its project can be chosen.
  remotes.set('local', { ...localRemote, project: remotes.get('local')?.project ?? '' });
  return remotes;
}

function remoteFrom(remote: ConfigFileRemote, global: boolean): Remote {
  return {
    addresses: rolled(remote.addr.split(',').map((address) => address.trim()), remote.last_working_address),
    authType: remote.auth_type || (remote.public || global ? '' : 'tls'),
    project: remote.project,
    protocol: remote.protocol || 'incus',
    public: remote.public,
    global,
  };
}

/** The addresses as a ring, from the last one that worked (RollingAddrs in shared/cliconfig/remote.go, 7.0). */
function rolled(addresses: readonly string[], lastWorking: string): string[] {
  const start = Math.max(0, addresses.indexOf(lastWorking));
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
