import type { Diagnosis } from '../doctor/finding.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import { diagnoses as says } from '../words/outcomes.js';
import { doctorReport } from './doctor-json.js';
import { diagnosisText, unseenText } from './doctor-text.js';
import type { Stream } from './fit.js';
import { say } from './fit.js';

/** One remote of several: what was found there, or why it could not be read. */
export type RemoteDiagnosis = { remote: string; diagnosis: Diagnosis } | { remote: string; error: string };

interface Streams {
  stdout: Stream;
  stderr: Stream;
}

/** Findings grouped by remote on standard output, what could not be seen on standard error. */
export function reportRemotes(remotes: readonly RemoteDiagnosis[], format: 'text' | 'json', { stdout, stderr }: Streams): ExitCode {
  const seen = remotes.filter((one) => 'diagnosis' in one);
  const failed = remotes.filter((one) => 'error' in one);
  const findings = seen.flatMap(({ diagnosis }) => diagnosis.findings);

  if (format === 'json') {
    stdout.write(`${JSON.stringify(doctorReport({ findings }), null, 2)}\n`);
  } else {
    say(stdout, seen.map(({ remote, diagnosis }) => `${says.remote(remote)}\n\n${indented(diagnosisText(diagnosis))}`).join('\n'));
  }
  for (const { remote, diagnosis } of seen) say(stderr, unseenText({ unseen: diagnosis.unseen.map((one) => says.onRemote(remote, one)) }));
  for (const { remote, error } of failed) say(stderr, unseenText({ unseen: [says.unreadRemote(remote, error)] }));

  if (findings.length > 0) return exitCodes.found;
  return failed.length > 0 ? exitCodes.failed : exitCodes.ok;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
