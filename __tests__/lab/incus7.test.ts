import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckReport } from '../../lib/report/create-json.js';
import type { CliRun } from '../helpers/run-cli.js';
import { clusterCases } from '../scenarios/cluster-cases.js';
import { describeCluster } from '../scenarios/cluster.js';
import { createOn } from './create-on.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/*
 * Where Incus 7.0 differs from 6.0 (docs/compatibility.md). Every other lab test runs on 7.0, too:
 * INCUS_SAFENET_LAB_VERSION=7.0 npm run test:lab
 */

// What the server says before anything is live is the same text on both (docs/cluster-failures.md).
const live = clusterCases.filter(({ native, node3Stopped }) => native.live > 0 && !node3Stopped);

describeCluster('Incus 7.0', async (shape) => createOn(await startLab(shape, { version: '7.0' })), live);

describe('Incus 7.0', () => {
  let lab: LabServer;
  let create: (argv: string[], options?: { stdin?: string }) => Promise<CliRun>;

  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'none' }, { version: '7.0' });
    ({ create } = createOn(lab));
  }, 90_000);
  afterAll(() => lab.stop(), 60_000);

  it('refuses new projects with networks of their own where OVN is missing, and keeps those that came from 6.x', async () => {
    const { stderr, status } = await lab.incus(['project', 'create', 'new', '-c', 'features.networks=true']);

    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('OVN is required') });
  });

  it('has the accident in a project that came from 6.x: we refuse it, and take it back where we were told to ignore that', async () => {
    await lab.createProject('carried', true);

    const refused = await create(['--project=carried', 'test']);
    const forced = await create(['--project=carried', 'test', '--ignore-check', 'type-default,ovn-available']);

    expect(refused).toMatchObject({ status: 3, stderr: expect.stringMatching(/node1.*no br-int.*node2.*no br-int/) });
    expect(forced).toMatchObject({ status: 1, stderr: expect.stringContaining('Error: Failed loading network: Failed to connect to OVN') });
    expect(forced.stderr).toContain('read back: nothing of it is left');
    await expect(lab.request('DELETE', '/1.0/projects/carried')).resolves.toMatchObject({ status: 200 });
  });

  it('takes back a record with a description, which 7.0 writes with the create', async () => {
    await lab.createProject('told', true);

    const run = await create(['--project=told', 'test', '--description', 'ours', '--ignore-check', 'type-default,ovn-available']);

    expect(run.stderr).toContain('read back: nothing of it is left');
    await expect(lab.request('DELETE', '/1.0/projects/told')).resolves.toMatchObject({ status: 200 });
  });

  it('takes a description with the create only; we say so before', async () => {
    const native = await lab.incus(['network', 'create', 'told', '--target', 'node1', '--description', 'x']);
    const ours = await create(['told', '--target', 'node1', '--description', 'x']);

    expect(native).toMatchObject({ status: 1, stderr: 'Error: The network description cannot be set for a specific member\n' });
    expect(ours).toMatchObject({ status: 3, stderr: expect.stringContaining('a description cannot be set for one member with --target') });
  });

  it('keeps tunnel.NAME.local per member, as its rules say and its metadata does not', async () => {
    const words = ['tun', 'ipv6.address=none', 'tunnel.t.protocol=gre', 'tunnel.t.remote=10.99.0.9'];
    const own = { 'tunnel.t.local': '10.99.0.2' };

    const whole = await create([...words, 'tunnel.t.local=10.99.0.1']);
    const planned = await create([...words, '--dry-run', '--format', 'json', '--member-config', 'node2:tunnel.t.local=10.99.0.2']);
    const defined = await lab.request('POST', '/1.0/networks?target=node2', { name: 'tun', type: 'bridge', config: own });

    expect(whole).toMatchObject({ status: 3, stderr: expect.stringContaining('"tunnel.t.local" is set per cluster member') });
    expect((JSON.parse(planned.stdout) as CheckReport).plan).toContainEqual(
      expect.objectContaining({ member: 'node2', request: expect.objectContaining({ body: expect.objectContaining({ config: own }) }) }),
    );
    expect(defined.status).toBe(201);
    await lab.request('DELETE', '/1.0/networks/tun');
  });

  it('takes the value of key=- from standard input, as its own client does', async () => {
    const alone = await startLab({ members: 1, ovs: 'none' }, { version: '7.0' });
    try {
      const native = await alone.incus(['network', 'add', 'one', 'ipv6.address=none', 'user.note=-'], { stdin: 'a word' });
      const ours = await createOn(alone).create(['two', 'ipv6.address=none', 'user.note=-'], { stdin: 'a word' });

      expect([native.status, native.stdout]).toEqual([0, 'Network one created\n']);
      expect([ours.status, ours.stdout]).toEqual([0, 'Network two created\n']);
      const noteOf = async (name: string): Promise<unknown> => ((await alone.request('GET', `/1.0/networks/${name}`)).body.metadata as { config: Record<string, string> }).config['user.note'];
      expect(await noteOf('two')).toBe(await noteOf('one'));
      await expect(alone.incus(['network', 'create', 'three', '--explain'])).resolves.toMatchObject({ status: 0 });
      await expect(createOn(alone).create(['three', '--explain'])).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('The arguments are valid') });
    } finally {
      await alone.stop();
    }
  });
});
