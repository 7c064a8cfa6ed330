import path from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { metVersions } from './versions.js';

/** After each test file: says which Incus it has talked to. That it was the right one, startLab asserts. */
afterAll(() => {
  const file = path.basename(expect.getState().testPath ?? '');
  for (const version of metVersions()) process.stdout.write(`lab: ${file}: ${version}\n`);
});
