import { proofs } from '../words/leftovers.js';
import type { HostFacts } from './facts.js';
import type { Leftover } from './finding.js';
import type { Records } from './records.js';

/** What the judges of each kind share. */
export interface Case {
  facts: HostFacts;
  /** Null where Incus is gone. */
  records: Records | null;
  /** Why nothing at all may be removed; null where there is no such reason. */
  hold: Hold | null;
  /** Networks whose bridge stays, with the reason: their dnsmasq and firewall stay too. */
  kept: Map<string, string>;
}

export interface Hold {
  reason: string;
  remedy: string;
}

/** Whether a record stands behind this name. */
export function isExplained(name: string, records: Records | null): boolean {
  return records?.names.has(name) ?? false;
}

/** The end of the evidence: while Incus runs, that no record stands behind it. */
export function unexplained({ incus }: HostFacts): string {
  return incus.kind === 'running' ? proofs.unexplained : '';
}

export function blockedBy(hold: Hold | null, use: string | null, remedy: string): Pick<Leftover, 'blocked' | 'remedy'> {
  if (hold !== null) return { blocked: hold.reason, remedy: hold.remedy };
  return use === null ? { blocked: null } : { blocked: use, remedy };
}
