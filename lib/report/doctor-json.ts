import * as z from 'zod';
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
      project: z.string().nullable(),
      network: z.string().nullable(),
      member: z.string().optional(),
      status: z.string().optional(),
      evidence: z.string(),
      fix: z.string(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

export function doctorReport({ findings }: Pick<Diagnosis, 'findings'> & Partial<Diagnosis>): DoctorReport {
  return { schema: 'incus-safenet/doctor/1', findings };
}
