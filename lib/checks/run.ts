import { CliError } from '../errors.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { ignored as ignoredByFlag, noSuchCheck, noSuchProject } from '../words/checks.js';
import { catalogue } from './catalogue.js';
import { checkNames, type CheckName, type Finding } from './check.js';

/** The judgement of every check, in the order of the catalogue. */
export function runChecks(intent: Intent, facts: Facts, ignored: string[]): Finding[] {
  const names = ignoredChecks(ignored);

  return catalogue.map(({ name, judge }) => {
    const finding = withoutProject({ name, ...judge(intent, facts) }, intent, facts);
    if (finding.status !== 'fail' || !names.has(name)) return finding;

    return { ...finding, status: 'warn', detail: ignoredByFlag(finding.detail) };
  });
}

/** What cannot be told because there is no such project is no news beside that. */
function withoutProject(finding: Finding, { project }: Intent, facts: Facts): Finding {
  if (finding.status !== 'unknown' || facts.project.kind !== 'absent') return finding;

  return { name: finding.name, status: 'not-applicable', detail: noSuchProject(project) };
}

/**
 * The checks that --ignore-check means. `all` leaves out ovn-available: what a failure there leaves behind cannot
 * be seen, so it must be named itself. Throws for a name that is no check.
 */
export function ignoredChecks(words: string[]): Set<CheckName> {
  const names = words.flatMap((word) => {
    if (word === 'all') return checkNames.filter((name) => name !== 'ovn-available');

    const name = checkNames.find((known) => known === word);
    if (!name) throw new CliError(noSuchCheck.says(word), { hint: noSuchCheck.hint(checkNames) });
    return [name];
  });

  return new Set(names);
}
