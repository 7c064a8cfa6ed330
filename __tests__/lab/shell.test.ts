/*
 * The function, the alias and the completion in the real shells, and against a real server.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeFunction } from '../shell/function.js';
import type { Recorder } from '../shell/recorder.js';
import { recorder } from '../shell/recorder.js';

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
