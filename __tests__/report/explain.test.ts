import { describe, expect, it } from '@jest/globals';
import { checkNames } from '../../lib/checks/check.js';
import { runCli } from '../helpers/run-cli.js';

describe('explain', () => {
  it.each([[['explain']], [['help', 'checks']]])('%j lists every check with what it asks', async (argv) => {
    const run = await runCli('incus-safenet', argv, {});

    expect(run).toMatchObject({ status: 0, stderr: '' });
    for (const name of checkNames) expect(run.stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
  });

  it.each(checkNames)('tells of %s when it fails and what to do, within the width of the terminal', async (name) => {
    const run = await runCli('incus-safenet', ['explain', name], {});

    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^- /m);
    expect(run.stdout).not.toMatch(/\*\*|`/);
    // Words without a space, such as paths, may stand out.
    for (const line of run.stdout.split('\n')) expect(line.length <= 80 || !line.trim().includes(' ')).toBe(true);
  });

  it('knows no other check', async () => {
    await expect(runCli('incus-safenet', ['explain', 'nothing'], {})).resolves.toMatchObject({
      status: 1,
      stderr: 'Error: there is no check "nothing"\n  hint:  incus-safenet help checks   # lists them\n',
    });
  });
});
