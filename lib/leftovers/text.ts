import type { Finding } from '../doctor/finding.js';
import type { IncusPresence } from './facts.js';
import { fixOf } from './finding.js';
import type { Leftover } from './finding.js';
import type { StepResult } from './repair.js';

/** What doctor --host prints: each finding with its evidence, and below it what cures it. */
export function findingsText(findings: Finding[], title: string): string {
  return [title, ...findings.flatMap(({ evidence, fix }, index) => [`  ${index + 1}. ${evidence}`, `     ${fix}`]), ''].join('\n');
}

export function hostTitle(findings: Finding[], incus: IncusPresence): string {
  const things = findings.length === 1 ? '1 thing' : `${findings.length} things`;
  if (incus.kind === 'running') return `Incus runs here, and left ${things} that no record explains:`;
  return `Incus is ${incus.kind === 'gone' && incus.program !== null ? 'installed here without any data' : 'gone'}, and left ${things} on this machine:`;
}

/** What repair --host would do, before it asks. */
export function planText(leftovers: Leftover[]): string {
  const steps = leftovers.filter(({ blocked }) => blocked === null);
  if (steps.length === 0) return '';
  const lines = steps.flatMap((leftover, index) => [`  ${index + 1}. ${leftover.what}: ${leftover.evidence}`, `     ${fixOf(leftover)}`]);
  return [`To be removed, one by one, in this order:`, ...lines, ''].join('\n');
}

/** What nobody but a person may remove. */
export function blockedText(leftovers: Leftover[]): string {
  return leftovers.flatMap((leftover) => (leftover.blocked === null ? [] : [`Left: ${leftover.what}: ${leftover.blocked}\n  ${fixOf(leftover)}\n`])).join('');
}

export function stepText({ leftover: { what }, outcome, reason }: StepResult): string {
  switch (outcome) {
    case 'removed':
      return `Removed ${what}\n`;
    case 'gone':
      return `Already gone: ${what}\n`;
    case 'declined':
      return `Left as it is: ${what}\n`;
    case 'failed':
      return `Not removed: ${what}: ${reason ?? 'unknown'}\n`;
  }
}
