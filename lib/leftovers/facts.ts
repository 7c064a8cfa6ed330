/*
 * What is known of this machine. Facts only: what they mean is judged in judge.ts. docs/leftovers.md
 * says of each where it comes from.
 */

export interface HostFacts {
  place: Place;
  incus: IncusPresence;
  interfaces: Interface[];
  dnsmasqs: Dnsmasq[];
  /** Processes of instances that run out of our folder: LXC monitors and QEMU. */
  instances: InstanceProcess[];
  /** Our daemons that outlived their program and their database: an uninstall does not always stop them. */
  orphanDaemons: Daemon[];
  /** Incus daemons of this network namespace with another folder. */
  otherDaemons: Daemon[];
  nft: NftTable[];
  iptables: IptablesRules[];
  /** In the order in which they were mounted. */
  mounts: Mount[];
  lxcfs: LxcfsMount[];
  /** Names in `<folder>/networks`, with the files in each. */
  networkFolders: { name: string; files: string[] }[];
  folders: Folder[];
  /** What could not be read, one sentence each. */
  unseen: string[];
}

/** Where Incus keeps its things unless $INCUS_DIR says otherwise (internal/util/paths.go, 6.0.4 and 7.0.1). */
export const DEFAULT_FOLDER = '/var/lib/incus';

/** Where Incus keeps its things (internal/util/paths.go, 6.0.4 and 7.0.1). */
export interface Place {
  /** $INCUS_DIR, else /var/lib/incus: as it stands on command lines. */
  folder: string;
  /** The same without symbolic links, as it stands in the list of mounts. */
  realFolder: string;
  /** Runtime folder: below the first with $INCUS_DIR, else /run/incus. */
  runFolder: string;
  /** Log and cache folders that are not below the first. */
  sideFolders: string[];
}

/**
 * running: it answered on its socket. stopped: it is installed and has data, or a daemon is there and does
 * not answer. gone: neither, so nothing will come back for what it left.
 */
export type IncusPresence =
  | { kind: 'running'; version: string }
  | { kind: 'stopped'; why: string }
  | { kind: 'gone'; program: string | null; hasDatabase: boolean };

export interface Interface {
  name: string;
  index: number;
  /** `bridge`, `veth`, `vlan`, `openvswitch`; empty for a physical device. */
  kind: string;
  mac: string;
  /** The kernel was told this address, it was not taken over from a port (addr_assign_type 3, NET_ADDR_SET). */
  macWasSet: boolean;
  /** The bridge that it is a port of; empty for none. */
  master: string;
  /** The interface that it is built on; empty for none. */
  lower: string;
  addresses: string[];
}

export interface Dnsmasq {
  pid: number;
  /** From /proc/<pid>/stat, so that a number used again is not taken for it. */
  started: string;
  interface: string;
  listens: string[];
  /** The folder before `/networks/<interface>/dnsmasq.raw` in --conf-file; null where it has another shape. */
  folder: string | null;
}

/** An `incusd` that runs. */
export interface Daemon {
  pid: number;
  started: string;
  folder: string;
  /** The file that it was started from is no longer there, or is another one. */
  lostProgram: boolean;
}

export interface InstanceProcess {
  pid: number;
  name: string;
}

export interface NftTable {
  family: string;
  chains: NftChain[];
}

export interface NftChain {
  name: string;
  /** Interfaces that its rules name with iifname or oifname. */
  interfaces: string[];
}

/** What one of iptables and ip6tables has that carries Incus's comment, and its chains. */
export interface IptablesRules {
  program: 'iptables' | 'ip6tables';
  rules: { table: string; network: string; argv: string[] }[];
  chains: { table: string; network: string; name: string }[];
}

export interface Mount {
  path: string;
  type: string;
}

export interface LxcfsMount {
  path: string;
  /** Its program is still installed. */
  hasProgram: boolean;
  /** Where else the same filesystem is mounted, in any process: a container that reads it. */
  usedAt: string | null;
}

export interface Folder {
  path: string;
  /** Anything but folders, outside mounts, relative to `path`; not more than a few. */
  files: string[];
  isMountPoint: boolean;
  isEmpty: boolean;
}
