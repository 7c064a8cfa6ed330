import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Shell } from '../../lib/shell/shells.js';
import { commandLines } from './command-lines.js';
import type { Recorder } from './recorder.js';
import { recorder } from './recorder.js';

/** What the function has to do, in any of the shells. */
export function describeFunction(shell: Shell): void {
  describe(`the function in ${shell}`, () => {
    let shells: Recorder;
    beforeAll(() => {
      shells = recorder(shell);
    });
    afterAll(() => shells.remove());

    it.each(commandLines)('runs $program for: $line', async ({ line, program, args }) => {
      const { calls, stderr } = await shells.run(line);

      expect({ calls, stderr }).toEqual({ calls: [{ program, args }], stderr: '' });
    });

    it.each(['list', 'network list', 'network create x', '--project x network create y'])('hands on what "incus %s" says, its exit status and standard input', async (words) => {
      const ended = await shells.run(`incus ${words}`, { stdin: 'config: {}\n', env: { SAY: 'this', READ: 'yes', STATUS: '37' } });

      expect(ended).toMatchObject({ status: 37, stdout: 'out this\nconfig: {}\n', stderr: 'err this\n' });
    });

    it('works at both ends of a pipe', async () => {
      const { stdout, calls } = await shells.run('incus network show a | incus network create b', { env: { SAY: 'x', READ: 'yes' } });

      expect(stdout).toContain('out x\n');
      expect(calls.map(({ program }) => program).sort()).toEqual(['incus', 'incus-network-create']);
    });

    it('reports a program that a signal ended as the shell does', async () => {
      const status = shell === 'fish' ? '$status' : '$?';
      const { stdout } = await shells.run(`incus network create x; echo ${status}; incus list; echo ${status}`, { env: { BE_KILLED: 'TERM' } });

      expect(stdout.trim().split('\n')).toEqual(['143', '143']);
    });

    it('can be loaded twice', async () => {
      const { calls } = await shells.run('incus network create x; incus list', { before: 'source "$INIT"' });

      expect(calls).toHaveLength(2);
    });

    it('starts no process of its own', async () => {
      const { calls, stderr } = await shells.run('incus --project x network create y\nincus list', { before: shell === 'fish' ? 'set -x PATH (dirname (command -s incus))' : 'PATH=${PATH%%:*}' });

      // The stand-ins need /bin/bash only, and whatever else were started would not be found.
      expect({ calls: calls.length, stderr }).toEqual({ calls: 2, stderr: '' });
    });

    it('leaves no variable behind, and gives none to the programs', async () => {
      const { stdout } = await shells.run(`incus --project x network create y; incus list; set`);

      expect(stdout).not.toMatch(/^_?safenet|^rest |^state |^value /m);
    });
  });
}
