import type * as Program from './program.js';

/** Runs the program of that name, and ends the process with its exit status. */
export async function run(name: string, { main, quickAnswer, realWorld }: typeof Program): Promise<void> {
  const argv = process.argv.slice(2);
  const answer = await quickAnswer(name, argv, process.env);
  if (answer !== null) return void process.stdout.write(answer);

  const status = await main(name, argv, await realWorld());
  // Requests that were left behind must not keep the process; what was written must get out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
