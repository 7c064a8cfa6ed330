import { afterEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../helpers/run-cli.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';

let target: SandboxTarget | undefined;
afterEach(() => target?.stop());

/** Requests of one command line; the table in docs/performance.md. */
async function requestsOf(members: 1 | 2 | 3, ...argv: string[]): Promise<string[]> {
  target = await startSandboxTarget({ members, ovs: 'none' });
  await target.createProject('own', true);
  await target.clearRequests();
  await runCli('incus-network-create', argv, target.env);
  return target.requests();
}

describe('round trips', () => {
  it.each([
    ['a bridge on one server', 1, ['web', '--type=bridge'], 6],
    ['a bridge with an address', 1, ['web', '--type=bridge', 'ipv4.address=192.0.2.1/24'], 8],
    ['a refusal', 1, ['web', '--project=own'], 6],
    ['a bridge on two members', 2, ['web', '--type=bridge', '--all-members'], 12],
    ['a bridge on three members', 3, ['web', '--type=bridge', '--all-members'], 15],
    ['a refusal on three members', 3, ['web', '--project=own'], 8],
  ] as const)('%s', async (_, members, argv, count) => {
    expect((await requestsOf(members, ...argv)).length).toBe(count);
  });

  it.each([
    [1, ['web', '--type=bridge', 'ipv4.address=192.0.2.1/24']],
    [3, ['web', '--project=own']],
  ] as const)('nothing is asked twice before a create (%s members)', async (members, argv) => {
    const asked = (await requestsOf(members, ...argv)).filter((request) => request.startsWith('GET'));
    const beforeTheChange = asked.slice(0, new Set(asked).size);

    expect(beforeTheChange).toEqual([...new Set(beforeTheChange)]);
  });
});
