import type { Finding, FindingKind } from '../doctor/finding.js';
import { evidence as evidenceText } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';

/** What `--host` can find: a part of the kinds of doctor/1. */
export type HostKind = Extract<FindingKind, 'orphan-interface' | 'orphan-dnsmasq' | 'orphan-firewall' | 'leftover-mount' | 'leftover-directory'>;

/** Something on this machine that Incus left, and how to remove it. */
export interface Leftover {
  /** The same thing has the same key every time it is looked at; another thing of the same name has not. */
  key: string;
  /** A daemon that outlived its uninstall has no kind in doctor/1: it is stopped before the rest is removed. */
  kind: HostKind | 'daemon';
  /** Empty where it belongs to no network. */
  network: string;
  /** What it is, in a few words: `interface incusbr0`. */
  what: string;
  /** What proves that it is Incus's own, or what is known of it. */
  evidence: string;
  /** Programs that remove it, in order; never run while `blocked`. */
  commands: string[][];
  /** Why it must not be removed; null where it may be. */
  blocked: string | null;
  /** What a person can do where it is blocked. */
  remedy?: string;
}

/** As doctor/1 has it. No remote and no project: it is about this machine, and about no server. */
export function findingsOf(leftovers: Leftover[]): Finding[] {
  return leftovers.flatMap((leftover) => (leftover.kind === 'daemon' ? [] : findingOf(leftover.kind, leftover)));
}

function findingOf(kind: HostKind, leftover: Leftover): Finding {
  const { network, what, evidence, blocked } = leftover;
  return {
    kind,
    severity: blocked === null ? 'error' : 'warning',
    remote: '',
    project: null,
    network: network || null,
    evidence: evidenceText(what, evidence, blocked),
    fix: fixOf(leftover),
  };
}

/** The exact command line. */
export function fixOf({ commands, blocked, remedy }: Pick<Leftover, 'commands' | 'blocked' | 'remedy'>): string {
  if (blocked !== null && remedy !== undefined) return remedy;
  return commands.map(shellLine).join(' && ');
}
