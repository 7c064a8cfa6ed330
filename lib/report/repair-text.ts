import type { BrokenRecord } from '../doctor/broken-record.js';
import { stateOfRow } from '../doctor/judge-records.js';
import { projectFlag, repairCommand, subject } from '../words/commands.js';
import { networkIn } from '../words/findings.js';
import { endings, plan, steps as stepWords, ways } from '../words/repairs.js';
import type { Repaired } from '../repair/carry-out.js';
import type { PlannedRepair } from '../repair/repair-plan.js';

/** What is going to be done, with the rows; then what is left alone, and why. */
export function planText(planned: PlannedRepair[], remote: string): string {
  const removals = planned.filter(({ treatment }) => treatment.kind !== 'leave');
  const left = planned.flatMap(({ record, treatment }) => (treatment.kind === 'leave' ? [{ record, treatment }] : []));

  return [
    ...(removals.length === 0 ? [] : [plan.toBeRemoved(remote), ...removals.flatMap((one) => removalLines(one, remote)), '']),
    ...(left.length === 0 ? [] : [plan.leftAlone, ...left.flatMap(({ record, treatment }) => [`  ${name(record)}: ${treatment.why}`, `    ${treatment.hint.replaceAll('\n', '\n    ')}`]), '']),
  ].join('\n');
}

function removalLines({ record, kind, treatment, isFinishable }: PlannedRepair, remote: string): string[] {
  if (treatment.kind === 'leave') return [];
  return [
    `  ${name(record)} (${kind}): ${ways[treatment.kind]}`,
    ...rowLines(record),
    ...(isFinishable ? [`      ${plan.finishInstead(`${repairCommand(remote, record)} --finish`)}`] : []),
  ];
}

function rowLines({ row, type, status, members }: BrokenRecord): string[] {
  const states = members.map(({ member, state }) => `${member} ${state}`).join(', ');
  if (row === null) return [`      ${plan.withoutRow(type, status, states)}`];

  return [`      networks        id ${row.id}, name ${row.name}, type ${type ?? row.type}, state ${row.state} (${stateOfRow(row.state)})`, `      networks_nodes  ${states || 'none'}`];
}

function name({ project, network }: BrokenRecord): string {
  return networkIn(network, project);
}

/** How the repair of one record ended. */
export function repairedText({ record, ending, steps, obstacle }: Repaired, remote: string): string {
  return [
    `${endings.titles[ending]} ${name(record)}`,
    ...steps.map((step) => `  ${step}`),
    ...(obstacle === '' ? [`  ${stepWords.readBack}`] : [`  ${obstacle}`]),
    ...(ending === 'gone' ? [] : [`  ${endings.look(`incus network show ${subject(remote, record.network)}${projectFlag(record.project)}`)}`, `  ${endings.tryAgain(repairCommand(remote, record))}`]),
    '',
  ].join('\n');
}

/** A project that something of was removed from, and what stands in it now. */
export interface Freed {
  project: string;
  usedBy: string[];
  command: string;
}

/** What can be done now, and how to go back. */
export function afterText(freed: Freed[], restore: string[]): string {
  const deletable = freed.filter(({ usedBy }) => usedBy.length === 0);
  const occupied = freed.filter(({ usedBy }) => usedBy.length > 0);
  return [
    ...(deletable.length === 0 ? [] : [endings.deletable(deletable.length), ...deletable.map(({ command }) => `  ${command}`)]),
    ...occupied.map(({ project, usedBy }) => endings.occupied(project, usedBy)),
    ...(restore.length === 0 ? [] : [endings.putBack, ...restore.map((command) => `  ${command}`)]),
    '',
  ].join('\n');
}
