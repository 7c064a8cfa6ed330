/*
 * Runs command lines in turn and says how long each took: one JSON object on standard input, {rounds, contests}, one on
 * standard output. Runs on the member itself, so that what enters its namespaces is not measured.
 *
 * A contest: {name, status, lines: {<who>: argv}, after: argv|null}; %n in a word is a number of its own for every run.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { rounds, contests } = JSON.parse(readFileSync(0, 'utf8'));
let number = 0;

function timed([program, ...args], status) {
  const start = performance.now();
  const done = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  const milliseconds = performance.now() - start;
  if (done.status !== status) throw new Error(`${program} ${args.join(' ')}: ${done.status} ${done.stderr}${done.error ?? ''}`);
  return milliseconds;
}

const results = contests.map(({ name, status, lines, after }) => {
  const times = Object.fromEntries(Object.keys(lines).map((who) => [who, []]));
  // The first round warms the caches of the machine, and does not count.
  for (let round = -1; round < rounds; round++) {
    for (const [who, argv] of Object.entries(lines)) {
      number += 1;
      const filled = (words) => words.map((word) => word.replaceAll('%n', String(number)));
      const milliseconds = timed(filled(argv), status[who] ?? 0);
      if (round >= 0) times[who].push(milliseconds);
      if (after !== null) timed(filled(after), 0);
    }
  }
  return { name, times };
});
process.stdout.write(JSON.stringify(results));
