import type { Diagnosis, Finding, FindingKind } from '../doctor/finding.js';
import { subject } from '../words/commands.js';
import { kinds as titles } from '../words/findings.js';
import { count } from '../words/grammar.js';

/** The findings in groups, worst first; one line where there are none. */
export function diagnosisText({ findings, remote, networks, projects }: Diagnosis): string {
  if (findings.length === 0) return `Nothing found: ${count(networks, 'network')} in ${count(projects, 'project')} on remote "${remote}".\n`;

  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => group(kind, findings.filter((finding) => finding.kind === kind)));
  const repairable = findings.filter(({ fix }) => fix.startsWith('incus-safenet repair'));
  const all = repairable.length < 2 ? [] : [`All records at once: incus-safenet repair ${remote === 'local' ? '' : `${subject(remote, '')} `}--all`, ''];

  return [...groups.flat(), ...all].join('\n');
}

/** Findings that share their evidence say it once. */
function group(kind: FindingKind, findings: Finding[]): string[] {
  const [one, many] = titles[kind];
  const byEvidence = new Map<string, Finding[]>();
  for (const finding of findings) byEvidence.set(common(finding), [...(byEvidence.get(common(finding)) ?? []), finding]);

  const title = count(findings.length, one, many);
  return [`${title}:`, ...[...byEvidence].flatMap(([evidence, alike]) => [`  ${evidence}`, ...withFixes(alike)]), ''];
}

/** The evidence without the project's name, which stands below it. */
function common({ evidence, project }: Finding): string {
  return project === null ? evidence : evidence.replaceAll(`project "${project}"`, 'the project');
}

/** What it is about, and beside it what cures it. */
function withFixes(alike: Finding[]): string[] {
  const subjects = alike.map(about);
  const width = Math.max(...subjects.map(({ length }) => length));
  return alike.map(({ fix }, index) => `    ${(subjects[index] ?? '').padEnd(width)}   ${fix}`);
}

function about({ project, network, member }: Finding): string {
  const where = [network === null ? null : `network "${network}"`, project === null ? null : `project "${project}"`].filter((part) => part !== null).join(' in ');
  return `${where === '' ? 'this machine' : where}${member === undefined ? '' : ` on member "${member}"`}`;
}

/** What could not be looked at. */
export function unseenText({ unseen }: Diagnosis): string {
  return unseen.map((one) => `Not seen: ${one}\n`).join('');
}
