import { bundleIn, loadProgram, readCache } from './load.js';
import { run } from './run.js';

/** What bin/ calls: runs the program of that name, and ends the process with its exit status. */
export async function start(name: string): Promise<void> {
  const { file, cache } = bundleIn(__dirname);
  await run(name, loadProgram(file, readCache(cache)).program);
}
