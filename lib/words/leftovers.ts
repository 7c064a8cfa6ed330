import { count } from './grammar.js';

/*
 * What doctor --host and repair --host say: what a thing is, what proves that it is Incus's own, why it stays, what to do then.
 */

/** What could be read of this machine, and what not. */
export const readings = {
  isSilent: (pid: number, socket: string) => `its daemon (process ${pid}) runs and does not answer on ${socket}`,
  isStopped: (program: string, folder: string) => `${program} is installed, ${folder} holds its database, and no daemon runs`,
  noInterfaces: (cause: string) => `cannot read the interfaces: ${cause}`,
  noProgram: (program: string) => `${program}: command not found`,
  showsAPart: 'cannot look for leftovers: the local Incus server shows only a part of what it has',
  showsAPartFix: 'run this as root, without INCUS_SOCKET',
};

/** What it is, in a few words. */
export const things = {
  bridge: (name: string) => `interface ${name}`,
  dnsmasq: (name: string, pid: number) => `dnsmasq of ${name}, process ${pid}`,
  daemon: (pid: number) => `Incus's daemon, process ${pid}`,
  table: (family: string) => `nftables table ${family} incus`,
  chains: (network: string, family: string) => `nftables chains of ${network} in table ${family} incus`,
  rules: (program: string, network: string) => `${program} rules of ${network}`,
  mount: (path: string) => `mount ${path}`,
  folder: (path: string) => `folder ${path}`,
};

/** What proves that it is Incus's own, or what is known of it. */
export const proofs = {
  /** The end of a proof while Incus runs. */
  unexplained: ', and no network of the running server has that name',
  servedAt: (pid: number, address: string) => `Incus's dnsmasq (process ${pid}) serves it at ${address}`,
  served: (pid: number, mac: string) => `Incus's dnsmasq (process ${pid}) serves it, and ${prefixed(mac)}`,
  folder: (folder: string, mac: string) => `${folder} is its folder, and ${prefixed(mac)}`,
  table: (family: string, mac: string) => `the rules of table ${family} incus name it, and ${prefixed(mac)}`,
  startedWith: (file: string) => `it was started with ${file}`,
  daemon: 'its program and its database were removed, and nobody can reach it any more',
  wholeTable: (chains: number, networks: readonly string[]) =>
    `the table is Incus's by its name, and ${chains === 0 ? 'it is empty' : `${chains === 1 ? 'its chain has an Incus name' : `its ${chains} chains have Incus's names`}${networks.length === 0 ? '' : ` (for ${networks.join(', ')})`}`}`,
  chains: "chains in Incus's table, named as Incus names them",
  rules: (rules: number, network: string, chains: number) => `Incus's comment "generated for Incus network ${network}" is on ${count(rules, 'rule')}, and its name on ${count(chains, 'chain')}`,
  networkFolder: "Incus keeps a network's files there",
  runtimeFolder: 'runtime files only',
  emptyFolder: 'empty folders only',
  data: (files: readonly string[]) => `it holds ${files.join(', ')}`,
  ownMount: (type: string) => `${type} at a place where Incus mounts for itself`,
  strangeMount: (type: string) => `${type} under Incus's folder, not one that Incus mounts for itself`,
  lxcfs: 'lxcfs, whose program is no longer installed',
  suspect: (name: string, mac: string) => `bridge ${name} looks like one of Incus (address ${mac}), and nothing proves it`,
};

function prefixed(mac: string): string {
  return `its address ${mac} has Incus's prefix`;
}

/** Why it stays. */
export const uses = {
  instanceRuns: (name: string, pid: number) => `instance "${name}" still runs (process ${pid})`,
  hasPorts: (names: readonly string[]) => `it has ports: ${names.join(', ')}`,
  isBuiltOn: (names: readonly string[]) => `other interfaces are built on it: ${names.join(', ')}`,
  hasAddress: (address: string) => `its address ${address} is that of a network with a record`,
  interfaceStays: (name: string, use: string) => `interface ${name} stays, because ${use}`,
  foreignFiles: (files: readonly string[]) => `Incus did not write ${files.join(', ')}`,
  yourData: 'it may hold data of yours',
  onlyWay: 'it may be the only way to the data on it',
  isRead: (container: string) => `it is in use at ${container}`,
};

/** What a person can do about what stays. */
export const remedies = {
  stopInstance: (name: string, pid: number) => `stop the instance "${name}" (kill ${pid}), then run this again`,
  free: (removal: string) => `free it first, then: ${removal}`,
  freeInterface: (name: string, removal: string) => `free interface ${name} first, then: ${removal}`,
  freeAndAgain: (name: string) => `free interface ${name} first, then run this again`,
  lookInto: (removal: string) => `look into it, then: ${removal}`,
  save: (removal: string) => `save what you need of it, then: ${removal}`,
  stopContainer: (removal: string) => `stop the container that uses it, then: ${removal}`,
};

/** A finding's evidence: what it is, what proves it, and why it is not removed. */
export function evidence(what: string, proof: string, blocked: string | null): string {
  return `${what}: ${proof}${blocked === null ? '' : `; not removed: ${blocked}`}`;
}

/** doctor --host --before-uninstall. */
export const uninstall = {
  title: 'Before the uninstall, in this order:',
  nothing: 'Nothing found: an uninstall now would leave nothing running on this machine. Data of instances and volumes goes with it.',
  runs: (instance: string, status: string) => `instance "${instance}" is ${status}: it would outlive its daemon, with its interfaces and with Incus's mounts`,
  uses: (device: string, kind: 'instance' | 'profile', name: string, network: string) =>
    `device "${device}" of ${kind} "${name}" uses network "${network}", which cannot be deleted before`,
  leaves: (network: string, what: string) => `network "${network}" would leave ${what}`,
  bridge: 'its interface, its dnsmasq and its firewall rules',
  bareBridge: 'its interface, which nothing would prove to be one of Incus',
  ovn: 'its routers and switches in OVN',
  vlan: 'its VLAN interface',
  pool: (path: string) => `storage pool mounted at ${path}: a purge cannot take it down, and deletes the image file of a pool that has one`,
};

/** doctor --host. */
export const onHost = {
  title: (things: number, incus: 'running' | 'installed' | 'gone') => {
    const left = things === 1 ? '1 thing' : `${things} things`;
    if (incus === 'running') return `Incus runs here, and left ${left} that no record explains:`;
    return `Incus is ${incus === 'gone' ? 'gone' : 'installed here without any data'}, and left ${left} on this machine:`;
  },
  nothingUnexplained: 'Nothing found: a record explains all that Incus has on this machine.',
  nothingLeft: 'Nothing found: Incus left nothing on this machine.',
  notJudged: (suspect: string) => `Not judged: ${suspect}`,
  stillRunning: (what: string, proof: string) => `Still running: ${what}: ${proof}; repair --host stops it first`,
  notSeen: (what: string) => `Not seen: ${what}`,
};

/** repair --host. */
export const removal = {
  title: 'To be removed, one by one, in this order:',
  nothing: 'Nothing to remove.',
  blocked: (what: string, use: string) => `Left: ${what}: ${use}`,
  left: (what: string) => `Left: ${what}`,
  removed: (what: string) => `Removed ${what}`,
  gone: (what: string) => `Already gone: ${what}`,
  declined: (what: string) => `Left as it is: ${what}`,
  failed: (what: string, reason: string) => `Not removed: ${what}: ${reason}`,
  failedCommand: (command: string, reason: string) => `${reason}; the command was: ${command}`,
  exitStatus: (status: number | null) => `exit status ${status}`,
  stillThere: 'it is still there',
  question: (what: string) => `Remove ${what}?`,
};
