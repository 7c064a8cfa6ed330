import type { CheckName, Finding } from '../checks/check.js';
import { checkNames } from '../checks/check.js';
import type { Left, Result, Rollback } from '../create/result.js';
import type { Facts } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import type { Alternative } from '../verdict/alternatives.js';
import { recoverCommand } from '../words/commands.js';
import { consequences, endings, judged, refusals, successes, warnings as warningWords } from '../words/outcomes.js';
import type { Judgement } from './outcome.js';

const NAME_WIDTH = Math.max(...checkNames.map((name) => name.length));

/** The native client's line on standard output (cmd/incus/network.go, 6.0.4). */
export function successLine(result: Extract<Result, { kind: 'created' | 'defined' }>, { network }: Intent): string {
  return `${result.kind === 'created' ? successes.created(network) : successes.pending(network, result.member)}\n`;
}

/** What the server chose by itself, for -v. */
export function choices(result: Extract<Result, { kind: 'created' | 'defined' }>): string {
  if (result.kind === 'defined') return '';
  return Object.entries(result.chosen)
    .sort()
    .map(([key, value]) => `${successes.chosen(key, value)}\n`)
    .join('');
}

/** A network that is there although the server said that it has failed. */
export function despite(result: Extract<Result, { kind: 'created' | 'defined' }>, { network }: Intent): string {
  if (result.kind === 'defined' || result.despite === undefined) return '';
  return `${successes.despite(network, result.despite)}\n`;
}

/** Every failing check at once, what the server would do, and the ways out. */
export function refusal({ intent, facts, findings, verdict }: Judgement, columns: number): string {
  if (verdict.kind !== 'refuse') return '';
  const failures = findings.filter(({ status }) => status === 'fail');
  return [
    refusals.nothingSent(cannotCreate(intent)),
    ...failures.map(line),
    ...feature(failures, facts),
    ...(verdict.consequence === null ? [] : [consequences[verdict.consequence]]),
    ...instead(failures, verdict.alternatives, columns),
    refusals.ignore(failures.map(({ name }) => name)),
    '',
  ].join('\n');
}

/** Why it is "ovn" at all, where no failing check has said so. */
function feature(failures: Finding[], { effectiveProject }: Facts): string[] {
  const names = failures.map(({ name }) => name);
  const isSaid = names.includes('type-default') || names.includes('type-supported') || !names.includes('ovn-available');
  if (isSaid || effectiveProject.kind !== 'known' || effectiveProject.value === 'default') return [];

  return [refusals.onlyOvn(effectiveProject.value)];
}

function instead(failures: Finding[], alternatives: Alternative[], columns: number): string[] {
  const fixes = failures
    .filter(({ fix }) => fix !== undefined && !alternatives.some(({ command }) => command === fix))
    // What OVN needs is among the alternatives already.
    .filter(({ name }) => alternatives.length === 0 || !['type-default', 'ovn-available', 'type-supported'].includes(name))
    .flatMap(({ fix = '' }) => fix.split('\n'));
  const lines = [...alternatives.map(({ command, note }) => withNote(command, note, columns)), ...new Set(fixes.map((fix) => `  ${fix}`))];

  return lines.length === 0 ? [] : [refusals.instead, ...lines];
}

function withNote(command: string, note: string, columns: number): string {
  const oneLine = `  ${command}     ${note}`;
  return oneLine.length <= columns ? oneLine : `  ${command}\n      ${note}`;
}

/** Every check with its answer, for `check` and --dry-run. */
export function checkList({ intent, findings, verdict }: Judgement): string {
  const answers = findings.flatMap((finding) => [
    `  ${finding.status.padEnd('not-applicable'.length)}  ${finding.name.padEnd(NAME_WIDTH)}  ${finding.detail}`,
    ...(finding.fix === undefined ? [] : finding.fix.split('\n').map((fix) => `${' '.repeat(NAME_WIDTH + 20)}${judged.fix(fix)}`)),
  ]);
  const end = verdict.kind === 'create' ? judged.wouldBeCreated(intent.network) : judged.wouldBeRefused(intent.network);

  return [...answers, end, ''].join('\n');
}

/** Keys of the YAML that people expect to count, and that the native client drops without a word. */
export function droppedKeys({ droppedYamlKeys, type }: Intent): string {
  const dropped = droppedYamlKeys.filter((key) => key === 'name' || (key === 'type' && type === null));
  return dropped.map((key) => `${warningWords.dropped(key === 'name' ? 'name' : 'type')}\n`).join('');
}

/** What passed with a warning, or could not be told. What cannot be told because the project cannot be read is named beside that. */
export function warnings(findings: Finding[], intent: Intent, facts: Facts): string {
  const isClosed = findings.some(({ name, status }) => name === 'project-exists' && status === 'unknown');
  const isConsequence = ({ name, status }: Finding): boolean => isClosed && status === 'unknown' && needProject(intent, facts).includes(name);
  const unjudged = findings.filter(isConsequence).map(({ name }) => name);

  return findings
    .filter((finding) => (finding.status === 'warn' || finding.status === 'unknown') && !isConsequence(finding))
    .map((finding) => warning(finding, finding.name === 'project-exists' ? unjudged : []))
    .join('');
}

function warning({ name, detail, fix }: Finding, unjudged: CheckName[]): string {
  return lines([
    warningWords.warning(detail),
    warningWords.check(name),
    ...(unjudged.length === 0 ? [] : [warningWords.unjudged(unjudged)]),
    ...(fix === undefined ? [] : [warningWords.hint(fix.split('\n').join('\n         '))]),
  ]);
}

/** Checks that need to know the project; more of them where the type follows from it. */
function needProject({ type }: Intent, { effectiveProject }: Facts): CheckName[] {
  const always: CheckName[] = ['project-effective', 'type-supported', 'project-limits'];
  if (effectiveType(type, effectiveProject) !== null) return always;
  return [...always, 'type-default', 'ovn-available', 'ovn-uplink', 'name-valid', 'interface-free', 'members-defined', 'config-keys', 'config-values', 'subnet-free'];
}

/** How a create that did not succeed ended, and what to do. */
export function ending(result: Exclude<Result, { kind: 'created' | 'defined' }>, intent: Intent, transaction: string): string {
  switch (result.kind) {
    case 'failed':
      return lines([endings.failed(result.error), ...rollbackLines(result.rollback)]);
    case 'interrupted':
      return lines([
        endings.interrupted(intent.network, result.rollback !== null),
        ...(result.error === undefined ? [] : [endings.interruptedCause(result.error)]),
        ...rollbackLines(result.rollback),
      ]);
    case 'left-behind':
      return lines([endings.failed(result.error), ...rollbackLines(result.rollback), endings.leftBehind, ...result.left.flatMap(leftLines)]);
    case 'unknown':
      return lines([
        endings.unknown(cannotCreate(intent), result.error),
        endings.unknownState,
        warningWords.hint(recoverCommand(transaction)),
      ]);
  }
}

export function rollbackLines(rollback: Rollback | null): string[] {
  if (rollback === null) return [];
  return [rollback.verified ? endings.rolledBack : endings.notRolledBack, ...rollback.steps.map((step) => `  ${step}`)];
}

export function leftLines({ what, where, command }: Left): string[] {
  return [`  ${endings.left(what, where)}`, `    ${command}`];
}

function line({ name, detail }: Finding): string {
  return `  ${name.padEnd(NAME_WIDTH - 2)}  ${detail}`;
}

function cannotCreate({ network, project, remote }: Intent): string {
  return refusals.cannotCreate(network, project, remote);
}

function lines(all: string[]): string {
  return [...all, ''].join('\n');
}
