import * as z from '../zod.js';
import { checkNames } from '../checks/check.js';
import type { Judgement, Outcome } from './outcome.js';
import { effectiveType } from '../facts/facts.js';

const Member = z.object({ name: z.string(), status: z.enum(['pass', 'fail', 'unknown']), evidence: z.string() });

const Check = z.object({
  name: z.enum(checkNames),
  status: z.enum(['pass', 'warn', 'fail', 'unknown', 'not-applicable']),
  detail: z.string(),
  fix: z.optional(z.string()),
  members: z.optional(z.array(Member)),
});

const PlanStep = z.object({
  step: z.enum(['define-pending-on-member', 'create-network']),
  member: z.optional(z.string()),
  request: z.object({ method: z.string(), path: z.string(), body: z.optional(z.unknown()) }),
});

const judged = {
  remote: z.string(),
  project: z.string(),
  /** Null where the project could not be read. */
  effectiveProject: z.nullable(z.string()),
  network: z.string(),
  /** Null where the server would choose it and the project could not be read. */
  type: z.nullable(z.string()),
  implicitType: z.boolean(),
  verdict: z.enum(['create', 'refuse']),
  checks: z.array(Check),
  plan: z.array(PlanStep),
  /** Why nothing was judged, or how the create failed. */
  error: z.optional(z.string()),
};

/** What `check` and --dry-run print with --format json. */
export const CheckReport = z.strictObject({ schema: z.literal('incus-safenet/check/1'), ...judged });
export type CheckReport = z.infer<typeof CheckReport>;

/** What `create` prints with --format json. */
export const CreateReport = z.strictObject({
  schema: z.literal('incus-safenet/create/1'),
  outcome: z.enum(['created', 'defined', 'refused', 'failed', 'left-behind', 'unknown', 'interrupted']),
  ...judged,
  /** With --if-not-exists: it was there already, and nothing was sent. */
  existed: z.optional(z.literal(true)),
  rollback: z.optional(z.object({ attempted: z.boolean(), verified: z.boolean(), steps: z.array(z.string()) })),
  /** What the server chose by itself: addresses, the uplink, what follows from them. */
  chosen: z.optional(z.record(z.string(), z.string())),
  left: z.optional(z.array(z.object({ what: z.string(), where: z.string(), command: z.string() }))),
  transaction: z.optional(z.string()),
});
export type CreateReport = z.infer<typeof CreateReport>;

export function checkReport(judgement: Judgement): CheckReport {
  return { schema: 'incus-safenet/check/1', ...judgedFields(judgement) };
}

export function createReport(outcome: Outcome): CreateReport {
  const { result, existed, transaction } = outcome;
  return {
    schema: 'incus-safenet/create/1',
    outcome: existed ? 'created' : (result?.kind ?? 'refused'),
    ...(existed ? { existed } : {}),
    ...judgedFields(outcome),
    ...(result !== null && 'error' in result ? { error: result.error } : {}),
    ...(result !== null && 'rollback' in result && result.rollback !== null ? { rollback: result.rollback } : {}),
    ...(result?.kind === 'created' && Object.keys(result.chosen).length > 0 ? { chosen: result.chosen } : {}),
    ...(result?.kind === 'left-behind' ? { left: result.left } : {}),
    ...(transaction === null ? {} : { transaction }),
  };
}

function judgedFields({ intent, facts, findings, verdict }: Judgement): Omit<CheckReport, 'schema'> {
  return {
    remote: intent.remote,
    project: intent.project,
    effectiveProject: facts.effectiveProject.kind === 'known' ? facts.effectiveProject.value : null,
    network: intent.network,
    type: effectiveType(intent.type, facts.effectiveProject),
    implicitType: intent.type === null,
    verdict: verdict.kind,
    checks: findings,
    plan: verdict.kind === 'create' ? verdict.plan.steps.map(({ kind, ...rest }) => ({ step: kind, ...rest })) : [],
  };
}
