import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually, finish } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import type { ApiAnswer, Ovs, Shape, Target } from '../helpers/target.js';
import { ask, askFor, refuseError } from './api.js';
import { install, meet, usualVersion } from './versions.js';
import type { Installed, VersionName } from './versions.js';
import { enter, openMachines, pidInside, signalInside } from './namespaces.js';
import type { Machines } from './namespaces.js';
import { requestsIn } from './requests.js';

export { sweep } from './namespaces.js';

export type Program = 'incus-network-create' | 'incus-safenet';

export interface MemberOptions {
  /** On which member; the first unless given. */
  member?: string;
  /** Added to the lab's environment, which is all that the program gets. */
  env?: Record<string, string>;
  cwd?: string;
}

export interface LabRunOptions extends MemberOptions {
  /** Empty unless given: the native client takes any standard input that is not a terminal for YAML. */
  stdin?: string | Buffer;
  /** Milliseconds; 60 s unless given. */
  timeout?: number;
}

export interface LabSpawnOptions extends MemberOptions {
  /** Standard input is closed unless this is set. */
  stdin?: 'pipe';
}

export interface LabOptions {
  /** The one that the run is about unless given. */
  version?: VersionName;
}

/** Real Incus servers in namespaces of their own. */
export interface LabServer extends Target {
  /** What runs here, server and client. */
  installed: Installed;
  /** Folder of the lab, gone after stop(). */
  folder: string;
  /** Environment of programs on a member: that member's INCUS_DIR, and HOME, INCUS_CONF, INCUS_SAFENET_STATE_DIR of the lab. */
  envOf(member: string): Record<string, string>;
  /** Runs the native client on a member. */
  incus(args: string[], options?: LabRunOptions): Promise<Run>;
  /** Runs one of our programs, as built in dist/, on a member. */
  safenet(program: Program, args: string[], options?: LabRunOptions): Promise<Run>;
  /** Runs any program on a member. */
  exec(member: string, argv: string[], options?: LabRunOptions): Promise<Run>;
  /** Starts any program on a member. `kill` reaches the program itself; `pid` is that of nsenter, see `pidInside`. */
  spawn(argv: string[], options?: LabSpawnOptions): ChildProcess;
  /** Command line of one of our programs, for `spawn` and `exec`. */
  argvOf(program: Program, args: string[]): string[];
  /** Command line of the native client, for `spawn` and `exec`. */
  clientArgv(args: string[]): string[];
  /** Process id, seen from here, of what `spawn` started; null before it runs and after its end. */
  pidInside(child: ChildProcess): number | null;
  /** What stands in front of a command line to run it on a member. The environment is then the caller's matter. */
  nsenterArgv(member: string): string[];
  /** As `request`, to a member of choice. */
  requestTo(member: string, method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** The unix socket of a member's API, for this process as well. */
  socket(member: string): string;
  /** What is /run on a member, as a folder for this process: `openvswitch/db.sock`, `ovn/ovnnb_db.sock`. */
  runFolder(member: string): string;
  /** The HTTPS address of a member, `10.99.0.1:8443`; reached from the members of the same lab only. Empty on a standalone server until it is told to listen. */
  address(member: string): Promise<string>;
  /** The member's log, with --debug. */
  log(member: string): Promise<string>;
}

const nodePath = process.execPath;
const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const ovsScript = fileURLToPath(new URL('ovs.sh', import.meta.url));

/** As Shape, and larger. */
export type LabShape = Omit<Shape, 'members'> & { members: Shape['members'] | 4 | 5 };

/** Starts a server or a cluster and waits until it answers. Give it back with stop(), in any case. */
export async function startLab(shape: LabShape, { version = usualVersion() }: LabOptions = {}): Promise<LabServer> {
  const installed = await install(version);
  const machines = await openMachines(shape.members, installed.share);
  const lab = labOn(machines, installed);
  try {
    await Promise.all(lab.members.map((member) => lab.startMember(member)));
    await Promise.all(lab.members.map((member) => requireVersion(lab, member)));
    await Promise.all([shape.members > 1 ? formCluster(lab) : null, startOvs(lab, shape)]);
    await lab.clearRequests();
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

/** What answers must be what dpkg installed: nothing is tested on another version by mistake. */
async function requireVersion(lab: LabServer, member: string): Promise<void> {
  const { environment } = (await askFor(lab.socket(member), 'GET', '/1.0')) as { environment: { server_version: string } };
  const { stdout } = await lab.incus(['--version'], { member });
  const { name, version } = lab.installed;
  if (environment.server_version === version && stdout.trim() === version) return meet(lab.installed);
  throw new Error(`the lab was to run Incus ${version} (${name}), and its server says ${environment.server_version}, its client ${stdout.trim()}`);
}

function labOn(machines: Machines, installed: Installed): LabServer {
  const { folder } = machines;
  const members = [...machines.pids.keys()].sort();
  const [first = ''] = members;
  const home = join(folder, 'home');
  // With a configuration of its own the native client has no word of welcome for new users.
  mkdirSync(join(home, 'incus'), { recursive: true });
  writeFileSync(join(home, 'incus', 'config.yml'), '{}\n');

  const socket = (member: string) => join(folder, member, 'incus', 'unix.socket');
  const logFile = (member: string) => join(folder, member, 'incusd.log');
  const seen = new Map<string, number>();

  const nsenterArgv = (member: string) => {
    const pid = machines.pids.get(member);
    if (pid === undefined) throw new Error(`the lab has no member ${member}`);
    return enter(pid);
  };
  const envOf = (member: string) => ({
    INCUS_DIR: join(folder, member, 'incus'),
    INCUS_CONF: join(home, 'incus'),
    INCUS_SAFENET_STATE_DIR: join(home, 'state'),
    HOME: home,
  });
  const start = (argv: string[], { member = first, env = {}, cwd = '/', stdin }: LabSpawnOptions) => {
    // The namespaces come with a working directory of their own, so it is set again inside.
    const [program = '', ...args] = [...nsenterArgv(member), 'env', '--chdir', cwd, ...argv];
    const child = spawn(program, args, {
      stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
      env: { PATH: installed.searchPath, LANG: 'C.UTF-8', ...envOf(member), ...env },
    });
    child.kill = (signal) => signalInside(child, signal);
    return child;
  };
  const runOn = (argv: string[], { stdin, timeout = 60_000, ...options }: LabRunOptions = {}) =>
    finish(start(argv, { ...options, stdin: 'pipe' }), argv.join(' '), { timeout, ...(stdin !== undefined && { stdin }) });
  const clientArgv = (args: string[]) => ['incus', ...args];
  const argvOf = (program: Program, args: string[]) => [nodePath, join(bin, `${program}.js`), ...args];
  const requestTo: LabServer['requestTo'] = (member, method, path, body) => ask(socket(member), method, path, body);
  const must = async (argv: string[], options: LabRunOptions) => {
    const { status, stdout, stderr } = await runOn(argv, options);
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };

  return {
    installed,
    folder,
    members,
    env: envOf(first),
    envOf,
    nsenterArgv,
    socket,
    argvOf,
    clientArgv,
    pidInside,
    requestTo,
    incus: (args, options) => runOn(clientArgv(args), options),
    safenet: (program, args, options) => runOn(argvOf(program, args), { cwd: process.cwd(), ...options }),
    exec: (member, argv, options) => runOn(argv, { ...options, member }),
    spawn: (argv, options = {}) => start(argv, options),
    runFolder: (member) => join(folder, member, 'run'),
    log: (member) => readFile(logFile(member), 'utf8'),
    request: (method, path, body) => requestTo(first, method, path, body),

    async select(query) {
      const { Results } = (await askFor(socket(first), 'POST', '/internal/sql', { database: 'global', query })) as { Results: { rows: unknown[][] | null }[] };
      return Results[0]?.rows ?? [];
    },

    async address(member) {
      const { config } = (await askFor(socket(member), 'GET', '/1.0')) as { config: Record<string, string> };
      return config['core.https_address'] ?? '';
    },

    async createProject(name, hasNetworks, config = {}) {
      const features = ['images', 'profiles', 'storage.volumes', 'storage.buckets', 'networks.zones'].map((feature) => [`features.${feature}`, 'false']);
      const post = async (networks: boolean): Promise<ApiAnswer> =>
        ask(socket(first), 'POST', '/1.0/projects', { name, description: '', config: { ...Object.fromEntries(features), 'features.networks': String(networks), ...config } });
      const { body } = await post(hasNetworks);
      if (body.type !== 'error') return;
      if (!hasNetworks || !body.error?.includes('OVN is required')) throw new Error(`project ${name}: ${body.error}`);

      refuseError(`project ${name}`, await post(false));
      await giveNetworks(socket(first), name);
    },

    async addInterface(member, name) {
      // A kernel without the dummy driver gets a tap device: the same to Incus, which calls both "unknown".
      const script = 'ip link add "$0" type dummy 2>/dev/null || ip tuntap add dev "$0" mode tap';
      await must(['bash', '-c', script, name], { member });
    },
    removeInterface: async (member, name) => void (await must(['ip', 'link', 'delete', name], { member })),
    async interfaces(member) {
      const links = JSON.parse(await must(['ip', '-json', 'link', 'show'], { member })) as { ifname: string }[];
      return links.map(({ ifname }) => ifname);
    },

    async requests() {
      const logs = await Promise.all(members.map(async (member) => (await readFile(logFile(member))).subarray(seen.get(member) ?? 0)));
      return logs.flatMap((log) => requestsIn(log.toString()));
    },
    async clearRequests() {
      for (const member of members) seen.set(member, statSync(logFile(member)).size);
    },

    async startMember(member) {
      // setsid and the closed input let incusd stay when nsenter ends; its parent is then the machine's first process.
      const script = 'setsid incusd --group root --debug </dev/null >>"$0/incusd.log" 2>&1 & echo $! >"$0/incusd.pid"';
      await must(['bash', '-c', script, join(folder, member)], { member });
      try {
        await eventually(`the start of incusd on ${member}`, () => isReady(socket(member)), { timeout: 60_000 });
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${complaintsIn(await readFile(logFile(member), 'utf8'))}`);
      }
    },
    async stopMember(member) {
      const script = 'pid=$(cat "$0/incusd.pid") && kill -9 "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done';
      await must(['bash', '-c', script, join(folder, member)], { member });
    },
    stop: () => machines.close(),
  };
}

/**
 * Turns features.networks on behind the server's back. Newer servers refuse it for new projects while
 * OVN is missing, but a project that had it before an upgrade keeps it: this is such a project.
 */
async function giveNetworks(socket: string, project: string): Promise<void> {
  const id = `(SELECT id FROM projects WHERE name='${project.replaceAll("'", "''")}')`;
  const key = "'features.networks'";
  const query = `DELETE FROM projects_config WHERE project_id=${id} AND key=${key}; INSERT INTO projects_config (project_id, key, value) VALUES (${id}, ${key}, 'true')`;
  await askFor(socket, 'POST', '/internal/sql', { database: 'global', query });
}

/** The end of a log without its small talk. */
function complaintsIn(log: string): string {
  return log
    .split('\n')
    .filter((line) => !/level=(debug|info)/.test(line))
    .slice(-15)
    .join('\n');
}

async function isReady(socket: string): Promise<boolean> {
  try {
    return (await ask(socket, 'GET', '/internal/ready')).status === 200;
  } catch {
    return false;
  }
}

/** Makes a cluster of servers that are running on their own. */
async function formCluster(lab: LabServer): Promise<void> {
  const [first = '', ...others] = lab.members;
  const addressOf = (member: string) => `10.99.0.${member.replace('node', '')}:8443`;

  await askFor(lab.socket(first), 'PATCH', '/1.0', { config: { 'core.https_address': addressOf(first) } });
  await askFor(lab.socket(first), 'PUT', '/1.0/cluster', { server_name: first, enabled: true });
  const certificate = await readFile(join(lab.folder, first, 'incus', 'cluster.crt'), 'utf8');

  for (const member of others) {
    const token = await joinToken(lab.socket(first), member);
    await askFor(lab.socket(member), 'PUT', '/1.0/cluster', {
      server_name: member,
      enabled: true,
      server_address: addressOf(member),
      cluster_address: addressOf(first),
      cluster_certificate: certificate,
      cluster_token: token,
      member_config: [],
    });
  }
}

/** What `incus cluster add` prints: the operation's metadata under other names. */
async function joinToken(socket: string, member: string): Promise<string> {
  const operation = await askFor(socket, 'POST', '/1.0/cluster/members', { server_name: member });
  const { serverName, fingerprint, addresses, secret, expiresAt } = (operation as { metadata: Record<string, unknown> }).metadata;
  const token = { server_name: serverName, fingerprint, addresses, secret, expires_at: expiresAt };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** Starts Open vSwitch where the shape wants it, with OVN's databases on the first member that has OVN. */
async function startOvs(lab: LabServer, { ovs }: LabShape): Promise<void> {
  const ovsOf = (member: string): Ovs => (Array.isArray(ovs) ? ovs[lab.members.indexOf(member)] : ovs) ?? 'none';
  const central = lab.members.find((member) => ovsOf(member) === 'ovn');

  for (const member of lab.members) {
    const kind = ovsOf(member);
    if (kind === 'none') continue;

    const databases = kind === 'ovn' && central !== undefined && central !== member ? [lab.runFolder(central)] : [];
    const { status, stderr } = await lab.exec(member, ['bash', ovsScript, kind, ...databases]);
    if (status !== 0) throw new Error(`cannot start Open vSwitch on ${member}: ${stderr}`);
    // The bridge is in the database some time before its interface is there, which is what Incus looks for.
    await eventually(`br-int on ${member}`, async () => (await lab.exec(member, ['ip', 'link', 'show', 'br-int'])).status === 0);
  }
}
