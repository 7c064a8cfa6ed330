import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeFunction } from './function.js';
import type { Recorder } from './recorder.js';
import { recorder } from './recorder.js';

// zsh and fish: __tests__/lab/shell.test.ts, where they are installed.
describeFunction('bash');

describe('bash with the options that people set', () => {
  let bash: Recorder;
  beforeAll(() => {
    bash = recorder('bash');
  });
  afterAll(() => bash.remove());

  it.each(['set -u', 'set -e', 'set -f', "IFS='-='", 'set -o posix', 'shopt -s nullglob failglob'])('%s changes nothing', async (before) => {
    const { calls, stderr } = await bash.run("incus network create 'a*b' -q\nincus --project x-y network create y\nincus", { before });

    expect({ calls, stderr }).toEqual({
      calls: [
        { program: 'incus-network-create', args: ['a*b', '-q'] },
        { program: 'incus-network-create', args: ['--project', 'x-y', 'y'] },
        { program: 'incus', args: [] },
      ],
      stderr: '',
    });
  });

  it('says that an alias called incus comes first, and keeps it', async () => {
    const { calls, stderr } = await bash.run('incus network create x', { before: "shopt -s expand_aliases; alias incus='incus --debug'" });

    expect(stderr).toMatch(/an alias called incus hides the function/);
    expect(calls).toEqual([{ program: 'incus-network-create', args: ['--debug', 'x'] }]);
  });

  it('does not reach scripts, which keep the real incus', async () => {
    const { calls } = await bash.run("bash -c 'incus network create x'");

    expect(calls).toEqual([{ program: 'incus', args: ['network', 'create', 'x'] }]);
  });
});
