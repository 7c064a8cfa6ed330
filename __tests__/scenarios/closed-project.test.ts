import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerError } from '../../lib/errors.js';
import type { CheckReport } from '../../lib/report/create-json.js';
import type { World } from '../../lib/world.js';
import { realWorld } from '../../lib/world.js';
import { runCli } from '../helpers/run-cli.js';
import type { CliRun } from '../helpers/run-cli.js';
import type { SandboxTarget } from './sandbox-target.js';
import { startSandboxTarget } from './sandbox-target.js';

const real = realWorld();
let target: SandboxTarget;
beforeEach(async () => void (target = await startSandboxTarget({ members: 2, ovs: 'none' })));
afterEach(() => target.stop());

/** A connection that may not read projects. */
const connect: World['connect'] = (endpoint) => {
  const server = real.connect(endpoint);
  const mayNot = (path: string): boolean => path.startsWith('/1.0/projects/');
  return { ...server, get: (path, ...rest) => (mayNot(path) ? Promise.reject(new ServerError(403, 'not authorized')) : server.get(path, ...rest)) };
};

function run(program: 'incus-network-create' | 'incus-safenet', argv: string[]): Promise<CliRun> {
  return runCli(program, [...argv, '--project', 'test'], target.env, { world: { connect } });
}

const warningsIn = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('Warning:'));

describe('a project that cannot be read', () => {
  it('is one warning, which names the checks that need it', async () => {
    const { stderr } = await run('incus-network-create', ['web', '--type', 'bridge', '--all-members']);

    expect(warningsIn(stderr)).toEqual(['Warning: cannot read project "test": not authorized']);
    expect(stderr).toContain('  not judged without it: project-effective, type-supported, project-limits\n');
  });

  it('is one warning where the type follows from it, too', async () => {
    const { stderr } = await run('incus-network-create', ['web']);

    expect(warningsIn(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/not judged without it: .*ovn-available, .*name-valid, .*config-keys/);
  });

  it('leaves every check with its own answer in the JSON', async () => {
    const { stdout } = await run('incus-safenet', ['check', 'web', '--format', 'json']);

    const { checks } = JSON.parse(stdout) as CheckReport;
    expect(checks).toHaveLength(16);
    expect(checks.find(({ name }) => name === 'project-limits')).toEqual({
      name: 'project-limits',
      status: 'unknown',
      detail: 'cannot read the limits and restrictions of the project',
      fix: 'incus project show test',
    });
  });
});
