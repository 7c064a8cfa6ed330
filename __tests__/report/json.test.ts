import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckReport, CreateReport } from '../../lib/report/create-json.js';
import { runCli } from '../helpers/run-cli.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

let target: SandboxTarget;

beforeEach(async () => {
  target = await startSandboxTarget({ members: 2, ovs: 'none' });
  await target.createProject('test', true);
});

afterEach(() => target.stop());

const create = (...argv: string[]) => runCli('incus-network-create', [...argv, '--format', 'json'], target.env);

describe('the JSON of create', () => {
  it('describes a refusal', async () => {
    const run = await create('web', '--project', 'test');

    const report = CreateReport.parse(JSON.parse(run.stdout));
    expect(run).toMatchObject({ status: 3, stderr: '' });
    expect(report).toMatchObject({
      outcome: 'refused',
      remote: 'local',
      project: 'test',
      effectiveProject: 'test',
      network: 'web',
      type: 'ovn',
      implicitType: true,
      verdict: 'refuse',
      plan: [],
    });
    expect(report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual(['type-default', 'ovn-available']);
  });

  it('describes what was created, with the requests that did it', async () => {
    const run = await create('web', '--all-members', 'ipv6.address=none');

    const report = CreateReport.parse(JSON.parse(run.stdout));
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(report).toMatchObject({ outcome: 'created', verdict: 'create', implicitType: true, type: 'bridge' });
    expect(report.plan.map(({ step, member }) => [step, member])).toEqual([
      ['define-pending-on-member', 'node1'],
      ['define-pending-on-member', 'node2'],
      ['create-network', undefined],
    ]);
    expect(report.transaction).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('describes a definition by --target', async () => {
    const run = await create('web', '--target', 'node2');

    expect(run.status).toBe(0);
    expect(CreateReport.parse(JSON.parse(run.stdout))).toMatchObject({ outcome: 'defined', plan: [{ step: 'define-pending-on-member', member: 'node2' }] });
  });

  it('describes a failure that was rolled back, and what was done', async () => {
    const run = await create('web', '--project', 'test', '--ignore-check', 'ovn-available,type-default');

    const report = CreateReport.parse(JSON.parse(run.stdout));
    expect(run.status).toBe(1);
    expect(report).toMatchObject({ outcome: 'failed', verdict: 'create', rollback: { attempted: true, verified: true } });
    expect(report.error).toContain('Failed to connect to OVS');
  });

  it('describes an error before anything could be judged', async () => {
    const run = await create('nowhere:web');

    expect(run).toMatchObject({ status: 1, stderr: 'Error: The remote "nowhere" doesn\'t exist\n' });
    expect(CreateReport.parse(JSON.parse(run.stdout))).toMatchObject({ outcome: 'failed', error: 'The remote "nowhere" doesn\'t exist', checks: [] });
  });
});

describe('the JSON of check', () => {
  it.each([
    [['web', '--project', 'test'], 'refuse', 3],
    [['web', '--all-members'], 'create', 0],
  ])('says of %j: %s', async (argv, verdict, status) => {
    const run = await runCli('incus-safenet', ['check', ...argv, '--format=json'], target.env);

    expect(run).toMatchObject({ status, stderr: '' });
    expect(CheckReport.parse(JSON.parse(run.stdout))).toMatchObject({ verdict });
    expect((await target.requests()).filter((request) => request.startsWith('POST /1.0/networks'))).toEqual([]);
  });
});
