import type { Finding } from '../checks/check.js';
import type { Result } from '../create/result.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import type { Verdict } from '../verdict/decide.js';

/** What was judged, before anything was sent. */
export interface Judgement {
  intent: Intent;
  facts: Facts;
  findings: Finding[];
  verdict: Verdict;
}

/** A create from end to end. */
export interface Outcome extends Judgement {
  /** Null where the verdict was no, or where nothing was to be sent (`check`, --dry-run). */
  result: Result | null;
  /** --if-not-exists, and the network is there as asked for: nothing was sent. */
  existed: boolean;
  /** Identifier of the journal entry, where there was one. */
  transaction: string | null;
}

export function exitCodeOf({ result, verdict }: Outcome): ExitCode {
  if (result === null) return verdict.kind === 'refuse' ? exitCodes.refused : exitCodes.ok;
  return resultCodes[result.kind];
}

const resultCodes = {
  created: exitCodes.ok,
  defined: exitCodes.ok,
  failed: exitCodes.failed,
  interrupted: exitCodes.interrupted,
  'left-behind': exitCodes.leftBehind,
  unknown: exitCodes.unknown,
} as const satisfies Record<Result['kind'], ExitCode>;
