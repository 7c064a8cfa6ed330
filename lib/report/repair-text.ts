import type { BrokenRecord } from '../doctor/broken-record.js';
import { stateOfRow } from '../doctor/judge-records.js';
import { projectFlag, repairCommand, subject } from '../words/commands.js';
import { count } from '../words/grammar.js';
import type { Repaired } from '../repair/carry-out.js';
import type { PlannedRepair } from '../repair/repair-plan.js';
import type { Treatment } from '../repair/treatment.js';

/** What is going to be done, with the rows; then what is left alone, and why. */
export function planText(planned: PlannedRepair[], remote: string): string {
  const removals = planned.filter(({ treatment }) => treatment.kind !== 'leave');
  const left = planned.flatMap(({ record, treatment }) => (treatment.kind === 'leave' ? [{ record, treatment }] : []));

  return [
    ...(removals.length === 0 ? [] : [`To be removed on remote "${remote}", each after a backup:`, ...removals.flatMap((one) => removalLines(one, remote)), '']),
    ...(left.length === 0 ? [] : ['Left alone:', ...left.flatMap(({ record, treatment }) => [`  ${name(record)}: ${treatment.why}`, `    ${treatment.hint}`]), '']),
  ].join('\n');
}

const ways: Record<Exclude<Treatment['kind'], 'leave'>, string> = {
  delete: 'through the API, on every member',
  'delete-row': 'its row in the database, because the server cannot load it',
  'adopt-and-delete': 'its row is set to Created first, so that the server takes its interface down as well; then through the API',
};

function removalLines({ record, kind, treatment, isFinishable }: PlannedRepair, remote: string): string[] {
  if (treatment.kind === 'leave') return [];
  return [
    `  ${name(record)} (${kind}): ${ways[treatment.kind]}`,
    ...rowLines(record),
    ...(isFinishable ? [`      or make it a working network instead: ${repairCommand(remote, record)} --finish`] : []),
  ];
}

function rowLines({ row, type, status, members }: BrokenRecord): string[] {
  const states = members.map(({ member, state }) => `${member} ${state}`).join(', ');
  if (row === null) return [`      type ${type ?? 'unknown'}, ${status ?? 'not loadable'}${states === '' ? '' : `: ${states}`}`];

  return [`      networks        id ${row.id}, name ${row.name}, type ${type ?? row.type}, state ${row.state} (${stateOfRow(row.state)})`, `      networks_nodes  ${states || 'none'}`];
}

function name({ project, network }: BrokenRecord): string {
  return `network "${network}" in project "${project}"`;
}

/** How the repair of one record ended. */
export function repairedText({ record, ending, steps, obstacle }: Repaired, remote: string): string {
  const titles = { gone: 'Removed', left: 'Not removed:', unknown: 'Not known to be removed:' };
  return [
    `${titles[ending]} ${name(record)}`,
    ...steps.map((step) => `  ${step}`),
    ...(obstacle === '' ? ['  read back: nothing of it is left'] : [`  ${obstacle}`]),
    ...(ending === 'gone' ? [] : [`  look at it: incus network show ${subject(remote, record.network)}${projectFlag(record.project)}`, `  try again:  ${repairCommand(remote, record)}`]),
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
    ...(deletable.length === 0 ? [] : [`${deletable.length === 1 ? 'This project' : 'These projects'} can be deleted now:`, ...deletable.map(({ command }) => `  ${command}`)]),
    ...occupied.map(({ project, usedBy }) => `Project "${project}" still has ${usedBy.length <= 3 ? usedBy.join(', ') : count(usedBy.length, 'thing')} in it.`),
    ...(restore.length === 0 ? [] : ['To put back what was removed:', ...restore.map((command) => `  ${command}`)]),
    '',
  ].join('\n');
}
