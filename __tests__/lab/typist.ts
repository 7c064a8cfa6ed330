import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from '../../lib/shell/shells.js';
import { eventually } from '../helpers/run.js';
import type { LabServer } from './servers.js';

/** Somebody who types into an interactive shell on a terminal. */
export interface Typist {
  /** The line that the tab key makes of `text`; `|` stands for its end. */
  completed(text: string): Promise<string>;
  leave(): void;
}

/** Ctrl-G writes the line to `out`. */
const readBack: Record<Shell, (out: string) => string> = {
  bash: (out) => `bind -x '"\\C-g": printf "%s|\\n" "$READLINE_LINE" >>"${out}"'\nPS1='ready> '`,
  zsh: (out) => `dump() { print -r -- "$BUFFER|" >>"${out}" }\nzle -N dump\nbindkey '^G' dump\nPS1='ready> '`,
  fish: (out) => `bind \\cg 'printf "%s|\\n" (commandline) >>"${out}"'\nfunction fish_prompt; echo -n 'ready> '; end`,
};

const rcName: Record<Shell, string> = { bash: 'bashrc', zsh: '.zshrc', fish: 'config.fish' };
const command: Record<Shell, (folder: string) => string> = {
  bash: (folder) => `bash --rcfile ${folder}/bashrc -i`,
  zsh: (folder) => `env ZDOTDIR=${folder} zsh -d -i`,
  fish: (folder) => `fish -C 'source ${folder}/config.fish'`,
};

/** Starts the shell on the lab's first member, with `rc` as its start-up file. script(1) makes the terminal. */
export async function typist(shell: Shell, rc: string, path: string, lab: LabServer): Promise<Typist> {
  const folder = join(lab.folder, `typist-${shell}`);
  const out = join(folder, 'lines');
  mkdirSync(folder, { recursive: true });
  writeFileSync(out, '');
  writeFileSync(join(folder, rcName[shell]), `${rc}\n${readBack[shell](out)}\n`);

  const child = lab.spawn(['script', '-qefc', command[shell](folder), '/dev/null'], { stdin: 'pipe', env: { TERM: 'xterm', PATH: path, SHELL: '/bin/bash' } });
  let screen = '';
  child.stdout?.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  await eventually(`the prompt of ${shell}`, () => screen.includes('ready> '));

  const lines = () => readFileSync(out, 'utf8').split('\n').slice(0, -1);
  return {
    async completed(text) {
      const before = lines().length;
      child.stdin?.write(`${text}\t\u0007`);
      await eventually(`${shell} to complete ${text}`, () => lines().length > before).catch((error: Error) => {
        throw new Error(`${error.message}\n${screen.slice(-500)}`);
      });
      child.stdin?.write('\u0015');
      return lines().at(-1) ?? '';
    },
    leave: () => void child.kill('SIGHUP'),
  };
}
