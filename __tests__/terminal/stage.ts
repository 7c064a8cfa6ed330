import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnTerminal, TerminalOptions } from '../helpers/terminal.js';
import { onTerminal } from '../helpers/terminal.js';
import type { Step } from '../../lib/sandbox/shape.js';
import type { Shape } from '../helpers/target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

/** A server, and terminals on which our programs run, as built in dist/. */
export interface Stage<T> {
  target: T;
  /** Holds the server in the middle of its next create. */
  hold(): Promise<Held>;
  /** A shell, in which PATH leads to what is installed. */
  openShell(argv: string[]): OnTerminal;
  open(argv: string[], options?: TerminalOptions & { env?: Record<string, string> }): OnTerminal;
}

export interface Held {
  /** Resolves when the create is at that point. */
  reached(): Promise<void>;
  goOn(): Promise<void>;
}

/** The environment of somebody with a usual terminal. */
export const usual = { TERM: 'xterm-256color', LANG: 'C.UTF-8', PATH: process.env.PATH ?? '', SHELL: '/bin/bash' };

/** A sandbox that can be held. */
export async function startSandboxStage(shape: Shape): Promise<Stage<SandboxTarget>> {
  let at = (_step: Step): Promise<void> => Promise.resolve();
  const target = await startSandboxTarget(shape, { beforeStep: (step) => at(step) });
  const start =
    (env: Record<string, string>) =>
    ([file = '', ...words]: string[]) =>
      spawn(file, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...usual, HOME: target.sandbox.directory, ...target.env, ...env } });
  return {
    target,
    async hold() {
      let goOn = (): void => undefined;
      const going = new Promise<void>((resolve) => (goOn = resolve));
      const reached = new Promise<void>((resolve) => {
        at = async ({ name }) => {
          if (name !== 'create-interface') return;
          resolve();
          await going;
        };
      });
      return { reached: () => reached, goOn: () => Promise.resolve(goOn()) };
    },
    openShell: (argv) => onTerminal(start({}), argv, { alone: true }),
    open([program = '', ...args], { env = {}, ...options } = {}) {
      return onTerminal(start(env), [process.execPath, join(bin, `${program}.js`), ...args], options);
    },
  };
}
