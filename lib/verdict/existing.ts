import type { Finding } from '../checks/check.js';
import type { Facts } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import type { Verdict } from './decide.js';

const says = checks['name-free'];

export interface Existing {
  findings: Finding[];
  verdict: Verdict;
  /** The network is there as asked for, so there is nothing to do. */
  isThere: boolean;
}

/**
 * --if-not-exists: a network of that name that is Created as asked for is a success with nothing to do; one
 * that differs stays a refusal, which says in what.
 */
export function withExisting(intent: Intent, facts: Facts, findings: Finding[], verdict: Verdict): Existing {
  const different = differences(intent, facts);
  if (different === null) return { findings, verdict, isThere: false };
  if (different.length > 0) {
    const told = findings.map((finding) => (finding.name === 'name-free' ? { ...finding, detail: says.differs(finding.detail, different) } : finding));
    return { findings: told, verdict, isThere: false };
  }
  const detail = says.asAskedFor(intent.network);
  const met = findings.map((finding) => (finding.status === 'fail' ? { name: finding.name, status: 'not-applicable' as const, detail } : finding));
  return { findings: met, verdict: { kind: 'create', plan: { steps: [] } }, isThere: true };
}

/** In what the Created network of that name differs from what is asked for; null where there is none. */
function differences(intent: Intent, { record, effectiveProject }: Facts): string[] | null {
  if (record.kind !== 'known' || record.value.status !== 'Created') return null;
  const { type, config, description } = record.value;
  const wanted = effectiveType(intent.type, effectiveProject);

  return [
    ...(type === wanted ? [] : [says.difference('type', type ?? 'unknown', wanted ?? 'unknown')]),
    ...(intent.description === '' || intent.description === description ? [] : [says.difference('description', description, intent.description)]),
    ...Object.entries(intent.config)
      // What is left to the server may be anything.
      .filter(([key, value]) => value !== 'auto' && (config[key] ?? '') !== value)
      .map(([key, value]) => says.difference(key, config[key] ?? '', value)),
  ];
}
