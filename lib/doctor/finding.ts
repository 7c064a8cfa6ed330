/** Kinds of findings, worst first (contract: JSON); scripts hold on to these words. */
export const findingKinds = [
  'hidden-record',
  'errored-record',
  'half-created-record',
  'pending-record',
  'unfinished-transaction',
  'orphan-interface',
  'orphan-dnsmasq',
  'orphan-firewall',
  'leftover-mount',
  'leftover-directory',
  'project-at-risk',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** Something that is not as it should be, what shows it, and what cures it. */
export interface Finding {
  kind: FindingKind;
  severity: Severity;
  remote: string;
  /** Null where the finding is about no project. */
  project: string | null;
  /** Null where the finding is about no network. */
  network: string | null;
  /** The cluster member, where the finding is about one. */
  member?: string;
  /** As the server spells it. */
  status?: string;
  evidence: string;
  /** One command, or what to do in words where no command does it. */
  fix: string;
}

/** What a diagnosis found, and what it could not look at. */
export interface Diagnosis {
  remote: string;
  findings: Finding[];
  /** One sentence each, without a final period. */
  unseen: string[];
  /** How much was looked at. */
  networks: number;
  projects: number;
}
