/*
 * The function, the alias and the completion in the real shells, and against a real server.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aliasNames, aliasTarget } from '../../lib/shell/alias.js';
import { withAliases } from '../../lib/shell/config-edit.js';
import { programPath } from '../../lib/shell/program.js';
import { shells } from '../../lib/shell/shells.js';
import type { Shell } from '../../lib/shell/shells.js';
import { aliasLines } from '../shell/alias-lines.js';
import { commandLines } from '../shell/command-lines.js';
import { describeFunction } from '../shell/function.js';
import type { Recorder } from '../shell/recorder.js';
import { recorder } from '../shell/recorder.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';
import { typist } from './typist.js';
import type { Typist } from './typist.js';

describeFunction('zsh');
describeFunction('fish');

describe('zsh with the options that people set', () => {
  let zsh: Recorder;
  beforeAll(() => {
    zsh = recorder('zsh');
  });
  afterAll(() => zsh.remove());

  it.each(['setopt ksh_arrays', 'setopt sh_word_split glob_subst', 'setopt no_unset err_exit', 'setopt extended_glob null_glob', 'setopt rc_expand_param', "IFS='-='"])(
    '%s changes nothing',
    async (before) => {
      const { calls, stderr } = await zsh.run("incus network create 'a*b' -q ''\nincus --project x-y network create y\nincus", { before });

      expect({ calls, stderr }).toEqual({
        calls: [
          { program: 'incus-network-create', args: ['a*b', '-q', ''] },
          { program: 'incus-network-create', args: ['--project', 'x-y', 'y'] },
          { program: 'incus', args: [] },
        ],
        stderr: '',
      });
    },
  );
});

// Without a server; that the real incus understood the same words is seen by what it says to them.
describe.each(shells)('the function in %s, beside the real incus', (shell) => {
  let stand: Recorder;
  beforeAll(() => {
    stand = recorder(shell);
    writeFileSync(join(dirname(stand.initFile), 'config.yml'), '{}\n');
  });
  afterAll(() => stand.remove());

  it.each(commandLines)('$line', async ({ line, program, args }) => {
    const env = { PATH: searchPath, INCUS_CONF: dirname(stand.initFile), INCUS_SOCKET: '/nowhere/unix.socket' };

    const { calls, ...through } = await stand.run(line, { stdin: '', env });

    if (program === 'incus-network-create') return expect({ calls, ...through }).toMatchObject({ calls: [{ program, args }], stderr: '' });
    const { calls: none, ...direct } = await stand.run(`command ${line}`, { stdin: '', env });
    expect([...calls, ...none]).toEqual([]);
    expect(through).toEqual(direct);
    expect(direct.stdout + direct.stderr).not.toBe('');
  });
});

// The real incus, which finds no server; the alias leads to a program that writes its arguments down.
describe.each(shells)('the alias in %s', (shell) => {
  let stand: Recorder;
  beforeAll(() => {
    stand = recorder(shell);
    const program = join(dirname(stand.initFile), 'bin', 'incus-network-create');
    writeFileSync(join(dirname(stand.initFile), 'config.yml'), withAliases('', Object.fromEntries(aliasNames.map((name) => [name, aliasTarget(program)]))));
  });
  afterAll(() => stand.remove());

  it.each(aliasLines)('$line', async ({ line, args }) => {
    const env = { PATH: searchPath, INCUS_CONF: dirname(stand.initFile), INCUS_SOCKET: '/nowhere/unix.socket', INIT: '/dev/null' };

    const { calls } = await stand.run(line, { stdin: '', env });

    expect(calls).toEqual(args === null ? [] : [{ program: 'incus-network-create', args }]);
  });
});

const searchPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
const options: Record<Shell, string[]> = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] };

describe('on a real server', () => {
  let lab: LabServer;
  const init = {} as Record<Shell, string>;
  const completion = {} as Record<Shell, string>;
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    await lab.createProject('web', false);
    for (const shell of shells) {
      init[shell] = join(lab.folder, `init.${shell}`);
      completion[shell] = join(lab.folder, `completion.${shell}`);
      writeFileSync(init[shell], (await lab.safenet('incus-safenet', ['shell-init', shell])).stdout);
      writeFileSync(completion[shell], (await lab.safenet('incus-safenet', ['completion', shell])).stdout);
    }
  }, 120_000);
  afterAll(() => lab?.stop());

  const sh = (shell: Shell, script: string, stdin?: string) =>
    lab.exec('node1', [shell, ...options[shell], '-c', `source ${init[shell]}; ${script}`], { env: { PATH: searchPath }, ...(stdin !== undefined && { stdin }) });

  describe.each(shells)('the function in %s', (shell) => {
    it('creates with us, and does everything else with incus', async () => {
      const created = await sh(shell, 'incus -q network list -f csv; incus --project default network create fn0 ipv4.address=none ipv6.address=none --description "two  words"');
      const shown = await sh(shell, 'incus network get fn0 ipv4.address; incus network show fn0');
      const deleted = await sh(shell, 'incus --project default network delete fn0');

      expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/Network fn0 created\n$/) });
      expect(shown).toMatchObject({ status: 0, stdout: expect.stringMatching(/^none\n[^]*description: two {2}words\n/) });
      expect(deleted).toMatchObject({ status: 0, stdout: 'Network fn0 deleted\n' });
    });

    it('has the checks, wherever the flags stand', async () => {
      const refused = await sh(shell, 'incus --project web -q network create fn0 --type ovn');

      expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('ovn-available') });
    });

    it('has the exit status of both', async () => {
      expect(await sh(shell, 'incus network show nothing')).toMatchObject({ status: 1, stderr: 'Error: Network not found\n' });
      expect(await sh(shell, 'incus nonsense')).toMatchObject({ status: 1 });
      expect(await sh(shell, 'incus network create')).toMatchObject({ status: 0, stdout: expect.stringContaining('--ignore-check') });
      expect(await sh(shell, 'incus network 2>&1')).toMatchObject({ status: 0, stdout: expect.stringContaining('list-leases') });
      expect(await sh(shell, 'incus help network create')).toMatchObject({ status: 0, stdout: expect.not.stringContaining('--ignore-check') });
    });

    it('hands on standard input', async () => {
      const created = await sh(shell, 'incus --quiet network create fn1; incus network get fn1 user.a', 'config:\n  user.a: from stdin\n  ipv4.address: none\n  ipv6.address: none\n');
      await lab.incus(['network', 'delete', 'fn1']);

      expect(created).toMatchObject({ status: 0, stdout: 'from stdin\n' });
    });
  });

  describe.each(shells)('the tab key in %s', (shell) => {
    let user: Typist;
    beforeAll(async () => {
      const before: Record<Shell, string> = {
        bash: 'source /usr/share/bash-completion/bash_completion',
        zsh: `autoload -U compinit; compinit -u -d ${join(lab.folder, 'zcompdump')}`,
        fish: '',
      };
      // Under the names that users have in PATH.
      const bin = join(lab.folder, 'bin');
      await lab.exec('node1', ['sh', '-c', 'mkdir -p "$0" && ln -sf "$1" "$0/incus-safenet" && ln -sf "$2" "$0/incus-network-create"', bin, programPath('incus-safenet'), programPath('incus-network-create')]);
      user = await typist(shell, `${before[shell]}\nsource ${init[shell]}\nsource ${completion[shell]}`, `${bin}:${searchPath}`, lab);
    });
    afterAll(() => user?.leave());

    it.each([
      ['incus-safenet crea', 'incus-safenet create |'],
      ['incus-safenet create x --dr', 'incus-safenet create x --dry-run |'],
      ['incus-safenet create x --type=ov', 'incus-safenet create x --type=ovn |'],
      ['incus-safenet create x --project w', 'incus-safenet create x --project web |'],
      ['incus-safenet create x --project=w', 'incus-safenet create x --project=web |'],
      ["incus-safenet check --description 'a b' x bridge.dr", "incus-safenet check --description 'a b' x bridge.driver=|"],
      ['incus-safenet create local:x bridge.driver=op', 'incus-safenet create local:x bridge.driver=openvswitch |'],
      ['incus-safenet create x --ignore-check all,name-v', 'incus-safenet create x --ignore-check all,name-valid |'],
      ['incus-network-create lo', 'incus-network-create local:|'],
      ['incus-network-create x ipv4.na', expect.stringMatching(/^incus-network-create x ipv4.nat/)],
      ['incus-safenet no-such-', 'incus-safenet no-such-|'],
      // Those of incus itself, through the function.
      ['incus network creat', 'incus network create |'],
      ['incus network create x --proj', expect.stringMatching(/^incus network create x --project/)],
      ['incus remote lis', 'incus remote list |'],
    ])('makes of %j %j', async (text, line) => {
      expect(await user.completed(text)).toEqual(line);
    });
  });

  describe('the alias with the real incus', () => {
    const conf = () => join(lab.folder, 'home', 'incus', 'config.yml');
    const toolbox = (...words: string[]) => lab.safenet('incus-safenet', words);

    it('checks what incus network create sends, and is gone when it is removed', async () => {
      const before = readFileSync(conf(), 'utf8');
      expect(await toolbox('alias', 'status')).toMatchObject({ status: 1 });
      expect(await toolbox('alias', 'install')).toMatchObject({ status: 0 });
      expect(await toolbox('alias', 'status')).toMatchObject({ status: 0 });

      const refused = await lab.incus(['network', 'create', 'al0', '--type', 'ovn']);
      const created = await lab.incus(['network', 'create', 'al0', 'ipv4.address=none', 'ipv6.address=none']);
      await lab.incus(['network', 'delete', 'al0']);
      const listed = await lab.incus(['alias', 'list', '-f', 'csv']);
      expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('ovn-available') });
      expect(created).toMatchObject({ status: 0, stdout: 'Network al0 created\n' });
      expect(listed.stdout).toContain('network create,');

      expect(await toolbox('alias', 'remove')).toMatchObject({ status: 0 });
      expect((await lab.incus(['network', 'create', 'al0', '--type', 'ovn'])).stderr).not.toContain('ovn-available');
      // What the native client writes afterwards has no trace of us either.
      expect(await lab.incus(['alias', 'add', 'mine', 'list'])).toMatchObject({ status: 0 });
      expect(readFileSync(conf(), 'utf8')).not.toContain('incus-network-create');
      writeFileSync(conf(), before);
    });

    it('keeps a config.yml that the native client wrote as it is', async () => {
      const folder = join(lab.folder, 'own');
      mkdirSync(folder);
      const env = { INCUS_CONF: folder };
      await lab.incus(['remote', 'list'], { env });
      await lab.incus(['alias', 'add', 'll', 'list -c ns4'], { env });
      const before = readFileSync(join(folder, 'config.yml'), 'utf8');

      await lab.safenet('incus-safenet', ['alias', 'install'], { env });
      const lines = readFileSync(join(folder, 'config.yml'), 'utf8').split('\n').filter((line) => !line.includes('incus-network-create'));

      expect(lines.join('\n')).toBe(before);
    });

    it('answers the tab key, which Incus asks the alias for, and creates nothing', async () => {
      await toolbox('alias', 'install');

      const flags = await lab.incus(['__complete', 'network', 'create', 'x', '--ignore-ch']);
      const trap = await lab.incus(['__complete', 'network', 'create', 'user.a=b']);
      await toolbox('alias', 'remove');

      expect(flags.stdout).toMatch(/^--ignore-check\t.*\n:4\n$/);
      expect(trap.stdout).toBe(':4\n');
      expect((await lab.request('GET', '/1.0/networks')).body.metadata).not.toContain('/1.0/networks/__complete');
    });
  });
});

describe('the delay of the function', () => {
  it.each(shells)('in %s is not measurable', async (shell) => {
    const stand = recorder(shell);
    // A program that does nothing, so that the difference is all the function.
    writeFileSync(join(dirname(stand.initFile), 'bin', 'incus'), '#!/bin/true\n');
    const calls = 300;
    const loop = (call: string) => (shell === 'fish' ? `for i in (seq ${calls}); ${call}; end` : `for i in {1..${calls}}; do ${call}; done`);
    const timed = async (call: string) => {
      const start = performance.now();
      await stand.run(loop(call));
      return (performance.now() - start) / calls;
    };

    const [direct, through, slow]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < 7; round += 1) {
      direct.push(await timed('command incus list'));
      through.push(await timed('incus list'));
      slow.push(await timed('incus --project default -q network list'));
    }
    stand.remove();

    const median = (times: number[]) => times.sort((a, b) => a - b)[3] ?? 0;
    const [plain, list, flags] = [median(direct), median(through), median(slow)];
    process.stdout.write(`${shell}: ${plain.toFixed(2)} ms without the function, ${list.toFixed(2)} ms with it, ${flags.toFixed(2)} ms with flags in front\n`);
    // The figures are for reading; what nobody would put up with, even on a busy machine, is a delay that can be felt.
    expect(list - plain).toBeLessThan(20);
  }, 120_000);
});
