import { describe, expect, it } from '@jest/globals';
import { runCli } from '../helpers/run-cli.js';

describe('demo', () => {
  it('tells the accident, the refusal and the way that works, with the commands shown, in less than ten seconds', async () => {
    const begin = performance.now();

    const { status, stdout, stderr } = await runCli('incus-safenet', ['demo'], {
      INCUS_SOCKET: '/nonexistent',
      PATH: '',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - begin).toBeLessThan(10_000);
    const [, accident = '', refusal = '', way = ''] = stdout.split('=== ');
    expect(accident).toMatch(
      /\$ incus network create --project=test test\nError: Failed loading network: Failed to connect to OVN/,
    );
    expect(accident).toContain('$ incus project delete test\nError: Only empty projects can be removed.');
    expect(accident).toMatch(/\| 1 +\| 2 +\| test \| 0 +\| 3 +\|/);
    expect(refusal).toContain(
      '$ incus-network-create --project=test test\nError: cannot create network "test" in project "test": nothing was sent to the server',
    );
    expect(refusal).toContain('$ incus project delete test\nProject test deleted');
    expect(way).toContain('Network test created');
    expect(way).toMatch(/\| test \| bridge +\| YES .* CREATED \|/);
  });

  it('takes no arguments', async () => {
    expect(await runCli('incus-safenet', ['demo', 'more'], {})).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Invalid number of arguments'),
    });
  });
});
