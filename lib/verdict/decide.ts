import type { Finding } from '../checks/check.js';
import type { Plan, Step } from '../create/plan.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import type { Alternative } from './alternatives.js';
import { alternatives } from './alternatives.js';
import { plan } from './plan.js';

export type Verdict = { kind: 'create'; plan: Plan } | { kind: 'refuse'; alternatives: Alternative[]; consequence: Consequence | null };

/** What the server would do if the request were sent all the same. */
export type Consequence = 'hidden-record' | 'undone';

/** The plan, or the refusal with ways out. An `unknown` does not refuse: it is printed, and the server decides. */
export function decide(intent: Intent, facts: Facts, findings: Finding[]): Verdict {
  const failures = findings.filter(({ status }) => status === 'fail');
  if (failures.length === 0) return { kind: 'create', plan: plan(intent, facts) };

  return { kind: 'refuse', alternatives: alternatives(intent, facts, failures), consequence: consequence(facts, failures) };
}

/** On a cluster the rows are written first, and stay; alone, the server takes them back (networksPost, 6.0.4). */
function consequence(facts: Facts, failures: Finding[]): Consequence | null {
  if (!failures.some(({ name }) => name === 'ovn-available')) return null;
  return facts.server.clustered ? 'hidden-record' : 'undone';
}

export type { Plan, Step };
