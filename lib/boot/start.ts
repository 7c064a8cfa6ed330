import { bundleIn, loadProgram, readCache } from './load.js';

/** What bin/ calls: runs the program of that name, and ends the process with its exit status. */
export async function start(name: string): Promise<void> {
  const { file, cache } = bundleIn(__dirname);
  const { main, realWorld } = loadProgram(file, readCache(cache)).program;

  const status = await main(name, process.argv.slice(2), realWorld());
  // Requests that were left behind must not keep the process; what was written must get out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
