import type { Intent } from '../intent/intent.js';
import type { Facts } from '../facts/facts.js';

/** Permanent: people type them after --ignore-check (contract, docs/checks.md). */
export const checkNames = [
  'project-exists',
  'project-effective',
  'type-supported',
  'type-default',
  'ovn-available',
  'ovn-uplink',
  'name-valid',
  'name-free',
  'interface-free',
  'members-online',
  'members-defined',
  'config-keys',
  'config-values',
  'subnet-free',
  'project-limits',
  'journal-clean',
] as const;
export type CheckName = (typeof checkNames)[number];

export type CheckStatus = 'pass' | 'warn' | 'fail' | 'unknown' | 'not-applicable';

/** What a check found out about one cluster member. */
export interface MemberEvidence {
  name: string;
  status: 'pass' | 'fail' | 'unknown';
  evidence: string;
}

export interface CheckResult {
  status: CheckStatus;
  /** One sentence without a final period. */
  detail: string;
  /** What to do about it: a command, or a sentence. Every result but pass and not-applicable has one. */
  fix?: string;
  members?: MemberEvidence[];
}

/** A check's answer, under its name. */
export interface Finding extends CheckResult {
  name: CheckName;
}

export interface Check {
  name: CheckName;
  judge(intent: Intent, facts: Facts): CheckResult;
}

export function defineCheck(name: CheckName, judge: Check['judge']): Check {
  return { name, judge };
}

interface More {
  fix: string;
  members?: MemberEvidence[];
}

export function pass(detail: string, members?: MemberEvidence[]): CheckResult {
  return members ? { status: 'pass', detail, members } : { status: 'pass', detail };
}

export function notApplicable(detail: string): CheckResult {
  return { status: 'not-applicable', detail };
}

export function warn(detail: string, more: More): CheckResult {
  return { status: 'warn', detail, ...more };
}

export function fail(detail: string, more: More): CheckResult {
  return { status: 'fail', detail, ...more };
}

/** The check could not be made. It never passes silently: the verdict treats it as its caller says (verdict/decide.ts). */
export function unknown(detail: string, more: More): CheckResult {
  return { status: 'unknown', detail, ...more };
}
