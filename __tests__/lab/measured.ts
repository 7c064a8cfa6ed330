import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { isVersionName } from './versions.js';
import type { Installed, VersionName } from './versions.js';

/*
 * Tables in docs/internals that the lab fills by measuring, one column for each version. A run compares what it
 * measures with its column; with UPDATE_DOCS=1 (npm run docs:compatibility) it writes the column.
 */

/** What one version answers, by question; questions are grouped. */
export interface Answers {
  [question: string]: string | Answers;
}

/** As Answers of all versions; where they differ, the answer of each. */
interface Table {
  [question: string]: string | Table;
}

interface Measured {
  /** What dpkg had installed when the columns were measured. */
  versions: Partial<Record<VersionName, string>>;
  answers: Table;
}

const fileOf = (name: string): string => fileURLToPath(new URL(`../../docs/internals/${name}.json`, import.meta.url));

/** Holds what was measured, a group of a table, to what is written down for this version. */
export function expectMeasured(name: string, { name: version, version: number }: Installed, group: string, answers: Answers): void {
  const measured = read(name);
  if (process.env['UPDATE_DOCS']) {
    const known = Object.keys(measured.versions).filter(isVersionName);
    const others = known.filter((other) => other !== version);
    measured.versions[version] = number;
    measured.answers = { ...measured.answers, [group]: merged(groupOf(measured, group), answers, version, others) };
    return writeFileSync(fileOf(name), `${JSON.stringify(measured, null, 2)}\n`);
  }
  expect(answers).toEqual(columnOf(groupOf(measured, group), version));
}

function read(name: string): Measured {
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Measured;
}

function groupOf({ answers }: Measured, group: string): Table {
  const found = answers[group];
  return typeof found === 'object' ? found : {};
}

const isByVersion = (value: Table): value is Record<VersionName, string> => Object.keys(value).every(isVersionName);

/** The answers of one version. */
function columnOf(table: Table, version: VersionName): Answers {
  const entries = Object.entries(table).flatMap(([question, value]): [string, string | Answers][] => {
    if (typeof value === 'string') return [[question, value]];
    if (!isByVersion(value)) return [[question, columnOf(value, version)]];
    return value[version] === undefined ? [] : [[question, value[version]]];
  });
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string' || Object.keys(value).length > 0));
}

/** The table with another column for one version. */
function merged(table: Table, answers: Answers, version: VersionName, others: VersionName[]): Table {
  const questions = [...new Set([...Object.keys(answers), ...Object.keys(table)])];
  const entries = questions.flatMap((question): [string, string | Table][] => {
    const [now, before] = [answers[question], table[question]];
    const isGroup = typeof now === 'object' || (now === undefined && typeof before === 'object' && !isByVersion(before));
    if (isGroup) return [[question, merged(typeof before === 'object' ? before : {}, typeof now === 'object' ? now : {}, version, others)]];

    const all = [...others, version];
    const byVersion = all.flatMap((one): [VersionName, string][] => {
      const answer = one === version ? now : typeof before === 'object' ? before[one] : before;
      return typeof answer === 'string' ? [[one, answer]] : [];
    });
    const [[, first] = ['', '']] = byVersion;
    if (byVersion.length === 0) return [];
    if (byVersion.length === all.length && byVersion.every(([, answer]) => answer === first)) return [[question, first]];
    return [[question, Object.fromEntries(byVersion.sort())]];
  });
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string' || Object.keys(value).length > 0));
}
