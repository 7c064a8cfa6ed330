import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CliRun } from '../helpers/run-cli.js';
import { personOf } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

let lab: LabServer;
let restricted: Person;

async function run(program: 'incus-network-create' | 'incus-safenet', argv: string[], options: { env?: Record<string, string> } = {}): Promise<CliRun> {
  const { status, stdout, stderr } = await lab.safenet(program, argv, { ...options, env: { ...restricted.env, ...options.env } });
  return { status: status ?? -1, stdout, stderr };
}
const create = (...argv: string[]): Promise<CliRun> => run('incus-network-create', argv);
const records = async (): Promise<unknown[][]> => lab.select('SELECT name, state FROM networks ORDER BY name');

describe('a restricted certificate, in a cluster without Open vSwitch', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'none' });
    await lab.createProject('shared', false);
    await lab.createProject('own', true);
    await lab.createProject('closed', false);
    restricted = await personOf(lab, 'ann', { projects: ['shared', 'own'] });
  });
  afterAll(() => lab.stop());

  it('may create where its project shares the networks of default', async () => {
    const run = await create('web', '--project', 'shared', '--all-members', 'ipv6.address=none');

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
    await expect(lab.request('GET', '/1.0/networks/web')).resolves.toMatchObject({ body: { metadata: { status: 'Created', locations: expect.arrayContaining(['node1', 'node2']) } } });
  });

  it('may define and create in steps, too', async () => {
    const steps = [await create('steps', '--project', 'shared', '--target', 'node1'), await create('steps', '--project', 'shared', '--target', 'node2')];
    const last = await create('steps', '--project', 'shared', 'ipv6.address=none');

    expect(steps.map(({ stdout }) => stdout)).toEqual(['Network steps pending on member node1\n', 'Network steps pending on member node2\n']);
    expect(last).toMatchObject({ status: 0, stdout: 'Network steps created\n' });
  });

  it('is refused what would leave a hidden record, with the evidence of every member', async () => {
    const before = await records();

    const run = await create('hidden', '--project', 'own');

    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/node1.*no br-int.*node2.*no br-int/);
    await expect(records()).resolves.toEqual(before);
  });

  it('sees a network that is there already', async () => {
    const run = await create('web', '--project', 'shared');

    expect(run).toMatchObject({ status: 3 });
    expect(run.stderr).toContain('name-free');
  });

  it('is told what it may not see, and not that it is absent', async () => {
    const run = await create('free', '--project', 'closed', '--dry-run', '--format', 'json');

    const { checks } = JSON.parse(run.stdout) as { checks: { name: string; status: string; detail: string }[] };
    expect(checks.find(({ name }) => name === 'project-exists')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('does not have permission') });
  });

  it('that may create and not delete leaves what an administrator has to remove, and says so', async () => {
    await lab.addInterface('node2', 'half');

    const run = await create('half', '--project', 'shared', '--all-members', 'ipv6.address=none', '--ignore-check', 'all');

    expect(run.status).toBe(4);
    expect(run.stderr).toContain('User does not have permission for project "default"');
    expect(run.stderr).toContain('an administrator has to run this');
    const [command = ''] = /incus network delete \S+ --project default/.exec(run.stderr) ?? [];
    await lab.removeInterface('node2', 'half');
    const removed = await lab.incus(command.replace('lab:', '').split(' ').slice(1));
    expect(removed).toMatchObject({ status: 0 });
    await expect(toolbox('recover')).resolves.toMatchObject({ status: 0 });
  });

  const toolbox = (...argv: string[]): Promise<CliRun> => run('incus-safenet', argv);
});
