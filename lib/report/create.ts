import { CliError, causeText, exitCodes } from '../errors.js';
import type { CreateArguments } from '../intent/arguments.js';
import { successes } from '../words/outcomes.js';
import type { CreateReport } from './create-json.js';
import { checkReport, createReport } from './create-json.js';
import { checkList, choices, despite, droppedKeys, ending, refusal, successLine, warnings } from './create-text.js';
import type { Stream } from './fit.js';
import { say } from './fit.js';
import type { Outcome } from './outcome.js';

/** Where the words go. */
export interface Streams {
  stdout: { write(text: string): void };
  stderr: Stream;
}

type Manner = Pick<CreateArguments, 'dryRun' | 'format' | 'quiet' | 'verbose'>;

/**
 * Says how a create ended: the native line on standard output, everything else on standard error. `told` holds what was
 * said of the same create before, and is not said again.
 */
export function reportCreate(outcome: Outcome, { dryRun, format, quiet, verbose }: Manner, { stdout, stderr }: Streams, told: Set<string>): void {
  if (format === 'json') {
    const report = dryRun ? checkReport(outcome) : createReport(outcome);
    stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { intent, findings, result, existed, verdict, transaction } = outcome;
  const news = findings.filter(({ name, detail }) => !told.has(`${name} ${detail}`));
  findings.forEach(({ name, detail }) => told.add(`${name} ${detail}`));
  if (dryRun) return say(stderr, checkList(outcome));

  say(stderr, droppedKeys(intent) + warnings(news, intent, outcome.facts));
  if (existed) return quiet ? undefined : say(stderr, `${successes.existed(intent.network)}\n`);
  if (verdict.kind === 'refuse' || result === null) return say(stderr, refusal(outcome, stderr.columns));
  if (result.kind !== 'created' && result.kind !== 'defined') return say(stderr, ending(result, intent, transaction ?? ''));
  say(stderr, despite(result, intent));
  if (verbose) say(stderr, choices(result));
  if (!quiet) stdout.write(successLine(result, intent));
}

/** The JSON of a create that ended before anything could be judged: a bad argument, or a server that cannot be read. */
export function earlyFailure(error: unknown, { subject, project, type, dryRun }: CreateArguments): string {
  const isInterrupt = error instanceof CliError && error.exitCode === exitCodes.interrupted;
  const report = {
    schema: dryRun ? 'incus-safenet/check/1' : 'incus-safenet/create/1',
    ...(dryRun ? {} : { outcome: isInterrupt ? 'interrupted' : 'failed' }),
    remote: '',
    project: project ?? '',
    effectiveProject: null,
    network: subject,
    type,
    implicitType: type === null,
    verdict: 'refuse',
    checks: [],
    plan: [],
    error: causeText(error),
  } satisfies Omit<CreateReport, 'schema' | 'outcome'> & { schema: string };
  return `${JSON.stringify(report, null, 2)}\n`;
}
