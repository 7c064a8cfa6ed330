import type { Diagnosis, Finding, FindingKind } from '../doctor/finding.js';
import { repairAllCommand } from '../words/commands.js';
import { kinds as titles } from '../words/findings.js';
import { count } from '../words/grammar.js';
import { diagnoses as says } from '../words/outcomes.js';

/** The findings in groups, worst first; one line where there are none. */
export function diagnosisText({ findings, remote, networks, projects }: Diagnosis): string {
  if (findings.length === 0) return `${says.nothing(count(networks, 'network'), count(projects, 'project'), remote)}\n`;

  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => group(kind, findings.filter((finding) => finding.kind === kind)));
  const repairable = findings.filter(({ fix }) => fix.includes('incus-safenet repair '));
  const all = repairable.length < 2 ? [] : [says.repairAll(repairAllCommand(remote)), ''];

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
  return project === null ? evidence : evidence.replaceAll(`project "${project}"`, says.theProject);
}

/** What it is about, and beside it what cures it. */
function withFixes(alike: Finding[]): string[] {
  const subjects = alike.map(about);
  const width = Math.max(...subjects.map(({ length }) => length));
  return alike.map(({ fix }, index) => `    ${(subjects[index] ?? '').padEnd(width)}   ${fix}`);
}

function about({ project, network, member }: Finding): string {
  const subject = says.subject(network, project);
  return member === undefined ? subject : says.onMember(subject, member);
}

/** What could not be looked at. */
export function unseenText({ unseen }: Pick<Diagnosis, 'unseen'>): string {
  return unseen.map((one) => `${says.notSeen(one)}\n`).join('');
}
