import type { ExitCode } from '../errors.js';
import { CliError, exitCodes } from '../errors.js';
import { explainCheck, listChecks, readSections } from '../report/explain.js';
import type { World } from '../world.js';

export interface ExplainArguments {
  /** Name of a check; null: list them all. */
  check: string | null;
}

/** What a check asks and what to do about it, from docs/checks.md: one source for the page and the terminal. */
export async function explain({ check }: ExplainArguments, world: World): Promise<ExitCode> {
  const sections = readSections(await world.packageFile('docs/checks.md'));
  if (check === null) {
    world.stdout.write(listChecks(sections, world.stdout.columns));
    return exitCodes.ok;
  }
  const section = sections.find(({ name }) => name === check);
  if (section === undefined) throw new CliError(`there is no check "${check}"`, { hint: 'incus-safenet help checks   # lists them' });

  world.stdout.write(explainCheck(section, world.stdout.columns));
  return exitCodes.ok;
}
