/** What the user wants, after argv, standard input and config.yml were read. Nothing here was asked of a server. */
export interface Intent {
  /** The remote's name in config.yml. */
  remote: string;
  /** Network name without the remote's prefix. */
  network: string;
  /** The project named by flag, environment or remote; `default` where none is. Not yet the effective project. */
  project: string;
  projectFrom: ProjectSource;
  /** --target: define the network as pending on this member only. */
  target: string | null;
  /** --type as given; null where none was given, so that the server chooses. */
  type: string | null;
  description: string;
  /** key=value arguments over the YAML of standard input. */
  config: Record<string, string>;
  /** Top-level keys of the YAML that the native client drops without a word: `name`, `type`, `managed`, … */
  droppedYamlKeys: string[];
  /** --all-members, or implied by --member-config. */
  allMembers: boolean;
  memberConfig: MemberConfig[];
}

export type ProjectSource = 'flag' | 'environment' | 'remote' | 'user-socket' | 'default';

export interface MemberConfig {
  member: string;
  key: string;
  value: string;
}

/** How the run is to behave; says nothing about the network. */
export interface CreateOptions {
  dryRun: boolean;
  /** --if-not-exists: a network that is Created as asked for is a success. */
  ifNotExists: boolean;
  format: 'text' | 'json';
  /** --ignore-check, split at commas: check names, or `all`. */
  ignoredChecks: string[];
  /** Seconds to wait for the server's answer to the create request. */
  wait: number;
  yes: boolean;
  quiet: boolean;
  verbose: boolean;
  debug: boolean;
}

/** Network types of Incus (internal/server/network/network_load.go, 6.0.4 to 7.3). */
export const networkTypes = ['bridge', 'macvlan', 'sriov', 'ovn', 'physical'] as const;
