import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFlags } from '../../lib/commands/create-flags.js';
import { shellInit } from '../../lib/shell/init.js';
import type { Shell } from '../../lib/shell/shells.js';
import { run } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';

/** A call of one of the programs that stand in for incus and incus-network-create. */
export interface Call {
  program: string;
  args: string[];
}

/** A shell with our function, and programs that write down how they were called. */
export interface Recorder {
  /** PATH leads to the stand-ins first. */
  env: Record<string, string>;
  /** Runs a script after the function was loaded. `calls` are those of the script alone. */
  run(script: string, options?: { stdin?: string; before?: string; env?: Record<string, string> }): Promise<Run & { calls: Call[] }>;
  /** The file with the function. */
  initFile: string;
  remove(): void;
}

// Arguments end in NUL bytes, and a call in an argument that no test gives; one write, so that calls do not mix (bash writes at
// every line's end, so it is no line).
const standIn = (log: string) => `#!/bin/bash
printf '%s\\0' "\${0##*/}" "$@" $'\\001' >>'${log}'
[ -z "$SAY" ] || { echo "out $SAY"; echo "err $SAY" >&2; }
[ -z "$READ" ] || cat
[ -z "$BE_KILLED" ] || kill -s "$BE_KILLED" $$
exit "\${STATUS:-0}"
`;

const options: Record<Shell, string[]> = { bash: ['--norc', '--noprofile'], zsh: ['-f'], fish: ['--no-config'] };

/** The folder's name holds a space and a quote, as users' folders may. */
export function recorder(shell: Shell): Recorder {
  const folder = mkdtempSync(join(tmpdir(), "safenet it's a shell-"));
  const log = join(folder, 'calls').replaceAll("'", `'\\''`);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['incus', 'incus-network-create']) {
    writeFileSync(join(bin, name), standIn(log));
    chmodSync(join(bin, name), 0o755);
  }
  const initFile = join(folder, `init.${shell}`);
  writeFileSync(initFile, shellInit(shell, { program: join(bin, 'incus-network-create'), switches: switches() }));
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, LANG: 'C.UTF-8', TERM: 'dumb' };

  return {
    env,
    initFile,
    async run(script, { stdin, before = '', env: more = {} } = {}) {
      const scriptFile = join(folder, 'script');
      writeFileSync(scriptFile, `${before}\nsource "$INIT"\n${script}\n`);
      writeFileSync(join(folder, 'calls'), '');
      const ended = await run([shell, ...options[shell], scriptFile], { env: { ...env, INIT: initFile, ...more }, ...(stdin !== undefined && { stdin }), timeout: 20_000 });
      return { ...ended, calls: callsIn(readFileSync(join(folder, 'calls'), 'utf8')) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export function switches(): string[] {
  return createFlags.filter(({ kind }) => kind === 'boolean').flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);
}

function callsIn(text: string): Call[] {
  return text
    .split('\u0001\0')
    .filter((call) => call !== '')
    .map((call) => {
      const [program = '', ...args] = call.slice(0, -1).split('\0');
      return { program, args };
    });
}
