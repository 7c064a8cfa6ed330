import type { Finding } from '../doctor/finding.js';
import { onHost, removal as says } from '../words/leftovers.js';
import type { IncusPresence } from './facts.js';
import { fixOf } from './finding.js';
import type { Leftover } from './finding.js';
import type { StepResult } from './repair.js';

/** What doctor --host prints: each finding with its evidence, and below it what cures it. */
export function findingsText(findings: Finding[], title: string): string {
  return [title, ...findings.flatMap(({ evidence, fix }, index) => [`  ${index + 1}. ${evidence}`, `     ${fix}`]), ''].join('\n');
}

export function hostTitle(findings: Finding[], incus: IncusPresence): string {
  const state = incus.kind === 'running' ? 'running' : incus.kind === 'gone' && incus.program !== null ? 'installed' : 'gone';
  return onHost.title(findings.length, state);
}

/** What repair --host would do, before it asks. */
export function planText(leftovers: Leftover[]): string {
  const steps = leftovers.filter(({ blocked }) => blocked === null);
  if (steps.length === 0) return '';
  const lines = steps.flatMap((leftover, index) => [`  ${index + 1}. ${leftover.what}: ${leftover.evidence}`, `     ${fixOf(leftover)}`]);
  return [says.title, ...lines, ''].join('\n');
}

/** What nobody but a person may remove. */
export function blockedText(leftovers: Leftover[]): string {
  return leftovers.flatMap((leftover) => (leftover.blocked === null ? [] : [`${says.blocked(leftover.what, leftover.blocked)}\n  ${fixOf(leftover)}\n`])).join('');
}

/** What could not be removed, with the commands that remove it. */
export function failedText(leftovers: Leftover[]): string {
  return leftovers.map((leftover) => `${says.left(leftover.what)}\n  ${fixOf(leftover)}\n`).join('');
}

export function stepText({ leftover: { what }, outcome, reason }: StepResult): string {
  return `${outcome === 'failed' ? says.failed(what, reason ?? '') : says[outcome](what)}\n`;
}
