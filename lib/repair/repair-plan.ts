import type { BrokenRecord } from '../doctor/broken-record.js';
import { kindOf } from '../doctor/broken-record.js';
import type { RecordKind } from '../doctor/broken-record.js';
import { SIDE_BY_SIDE, inParallel } from '../doctor/parallel.js';
import type { Survey } from '../doctor/survey.js';
import type { IncusServer } from '../incus/server.js';
import { readCircumstances } from './circumstances.js';
import type { Treatment } from './treatment.js';
import { isFinishable, treatmentOf } from './treatment.js';

/** A broken record, and what is to be done about it. */
export interface PlannedRepair {
  record: BrokenRecord;
  kind: RecordKind;
  treatment: Treatment;
  /** It could be made a working network instead. */
  isFinishable: boolean;
}

/** What would be done about each record; reads, changes nothing. */
export async function planRepairs(records: BrokenRecord[], survey: Survey, server: IncusServer): Promise<PlannedRepair[]> {
  return inParallel(records, SIDE_BY_SIDE, async (record) => ({
    record,
    kind: kindOf(record, survey.server.clustered),
    treatment: treatmentOf(record, await readCircumstances(record, survey, server)),
    isFinishable: isFinishable(record, survey.server.clustered),
  }));
}
