import * as z from '../zod.js';
import type { Diagnosis } from '../doctor/finding.js';
import { findingKinds, severities } from '../doctor/finding.js';

/** What `doctor` prints with --format json (contract: JSON). */
export const DoctorReport = z.strictObject({
  schema: z.literal('incus-safenet/doctor/1'),
  findings: z.array(
    z.strictObject({
      kind: z.enum(findingKinds),
      severity: z.enum(severities),
      remote: z.string(),
      project: z.nullable(z.string()),
      network: z.nullable(z.string()),
      member: z.optional(z.string()),
      status: z.optional(z.string()),
      evidence: z.string(),
      fix: z.string(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

export function doctorReport({ findings }: Pick<Diagnosis, 'findings'> & Partial<Diagnosis>): DoctorReport {
  return { schema: 'incus-safenet/doctor/1', findings };
}
