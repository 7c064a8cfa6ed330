#!/usr/bin/env node
import { quickAnswer } from '../dist/quick.js';

const argv = process.argv.slice(2);
const answer = await quickAnswer('incus-safenet', argv, process.env);
if (answer !== null) process.stdout.write(answer);
else {
  const [{ main }, { realWorld }] = await Promise.all([import('../dist/main.js'), import('../dist/world.js')]);
  const status = await main('incus-safenet', argv, realWorld());
  // Requests that were left behind must not keep the process; what was written must get out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
