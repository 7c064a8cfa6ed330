import type { Diagnosis } from '../doctor/finding.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import { doctorReport } from './doctor-json.js';
import { diagnosisText, unseenText } from './doctor-text.js';
import type { Stream } from './fit.js';
import { say } from './fit.js';

interface Streams {
  stdout: Stream;
  stderr: Stream;
}

/** Says what was found on standard output, and what could not be seen on standard error. */
export function reportDiagnosis(diagnosis: Diagnosis, format: 'text' | 'json', { stdout, stderr }: Streams): ExitCode {
  if (format === 'json') stdout.write(`${JSON.stringify(doctorReport(diagnosis), null, 2)}\n`);
  else say(stdout, diagnosisText(diagnosis));
  say(stderr, unseenText(diagnosis));

  return diagnosis.findings.length === 0 ? exitCodes.ok : exitCodes.found;
}
