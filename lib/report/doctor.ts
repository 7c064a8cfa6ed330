import type { Diagnosis } from '../doctor/finding.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import { doctorReport } from './doctor-json.js';
import { diagnosisText, unseenText } from './doctor-text.js';

interface Streams {
  stdout: { write(text: string): void };
  stderr: { write(text: string): void };
}

/** Says what was found on standard output, and what could not be seen on standard error. */
export function reportDiagnosis(diagnosis: Diagnosis, format: 'text' | 'json', { stdout, stderr }: Streams): ExitCode {
  stdout.write(format === 'json' ? `${JSON.stringify(doctorReport(diagnosis), null, 2)}\n` : diagnosisText(diagnosis));
  stderr.write(unseenText(diagnosis));

  return diagnosis.findings.length === 0 ? exitCodes.ok : exitCodes.found;
}
