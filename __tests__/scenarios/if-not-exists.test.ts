import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreateReport } from '../../lib/report/create-json.js';
import { runCli } from '../helpers/run-cli.js';
import type { SandboxTarget } from './sandbox-target.js';
import { startSandboxTarget } from './sandbox-target.js';

let target: SandboxTarget;

beforeEach(async () => {
  target = await startSandboxTarget({ members: 1, ovs: 'none' });
});

afterEach(() => target.stop());

const create = (...argv: string[]) => runCli('incus-network-create', [...argv, '--if-not-exists'], target.env);
const posts = async () => (await target.requests()).filter((request) => request.startsWith('POST /1.0/networks'));

describe('--if-not-exists', () => {
  const wanted = ['web', 'ipv4.address=10.9.0.1/24', 'ipv6.address=none', '--description', 'for the web'];

  it('creates the network where there is none', async () => {
    await expect(create(...wanted)).resolves.toEqual({ status: 0, stdout: 'Network web created\n', stderr: '' });
  });

  it('succeeds and sends nothing where it is there as asked for', async () => {
    await create(...wanted);
    await target.clearRequests();

    const again = await create(...wanted);
    const fewerWords = await create('web', '--type', 'bridge', 'ipv4.address=auto');

    expect(again).toEqual({ status: 0, stdout: '', stderr: 'Network web exists already, as asked for\n' });
    expect(fewerWords.status).toBe(0);
    await expect(posts()).resolves.toEqual([]);
  });

  it('says so in the JSON', async () => {
    await create(...wanted);

    const run = await create(...wanted, '--format', 'json');

    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(CreateReport.parse(JSON.parse(run.stdout))).toMatchObject({ outcome: 'created', existed: true, verdict: 'create', plan: [] });
  });

  it.each([
    [['ipv4.address=10.8.0.1/24'], 'its ipv4.address is "10.9.0.1/24", not "10.8.0.1/24"'],
    [['ipv4.nat=false'], 'its ipv4.nat is "", not "false"'],
    [['--description', 'other'], 'its description is "for the web", not "other"'],
    [['--type', 'macvlan', 'parent=eth0'], 'its type is "bridge", not "macvlan"'],
  ])('refuses where it is there and differs: %j', async (changes, difference) => {
    await create(...wanted);
    await target.clearRequests();

    const run = await create('web', ...changes);

    expect(run).toMatchObject({ status: 3, stdout: '' });
    expect(run.stderr).toContain(difference);
    await expect(posts()).resolves.toEqual([]);
  });

  it('does not take a definition that is not created yet for the network', async () => {
    await target.stop();
    target = await startSandboxTarget({ members: 2, ovs: 'none' });
    await target.request('POST', '/1.0/networks?target=node1', { name: 'web', type: 'bridge', config: {}, description: '' });

    await expect(create('web')).resolves.toMatchObject({ status: 3, stdout: '' });
  });
});
