import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { runCli } from '../helpers/run-cli.js';
import { clusterCases, clusterTable } from './cluster-cases.js';
import { describeCluster } from './cluster.js';
import { startSandboxTarget } from './sandbox-target.js';

describeCluster(
  'the sandbox',
  async (shape) => {
    const target = await startSandboxTarget(shape);
    return { target, create: (argv) => runCli('incus-network-create', argv, target.env, { world: { pause: () => Promise.resolve() } }) };
  },
  clusterCases.filter(({ realOnly }) => !realOnly),
);

it('docs/cluster-failures.md has the table of these cases', () => {
  const url = new URL('../../docs/cluster-failures.md', import.meta.url);
  const text = readFileSync(url, 'utf8');
  const whole = `${text.slice(0, text.indexOf('| what is wrong'))}${clusterTable()}${text.slice(text.indexOf('\n\n', text.indexOf('| what is wrong')) + 1)}`;

  if (process.env.UPDATE_DOCS) writeFileSync(url, whole);
  expect(readFileSync(url, 'utf8')).toBe(whole);
});
