import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** How a program ended, and what it said. */
export interface Run {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** What the program reads on standard input; empty unless given. */
  stdin?: string | Buffer;
  /** The whole environment of the program; that of the tests unless given. */
  env?: Record<string, string>;
  cwd?: string;
  /** Milliseconds after which the program is killed and the run rejected. */
  timeout?: number;
}

/** Runs a program to its end. Rejects only when it cannot be started or takes longer than `timeout`. */
export function run(argv: string[], options: RunOptions = {}): Promise<Run> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('run: no program was given');

  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  return finish(child, argv.join(' '), options);
}

/** Feeds a program that has been spawned with pipes, waits for its end and collects what it said. */
export function finish(child: ChildProcess, title: string, options: Pick<RunOptions, 'stdin' | 'timeout'> = {}): Promise<Run> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));

  // A program may end without reading its input; that is its right, and no error of the run.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin ?? '');

  return new Promise<Run>((resolve, reject) => {
    const ended = (status: number | null, signal: NodeJS.Signals | null): Run => ({
      status,
      signal,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      const { stdout: out, stderr: err } = ended(null, 'SIGKILL');
      reject(new Error(`${title}: still running after ${options.timeout} ms\n${out}${err}`));
    }, options.timeout ?? 120_000);

    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve(ended(status, signal));
    });
  });
}

/** Asks again and again until the answer is neither null, undefined nor false; gives up after `timeout` milliseconds. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  { timeout = 20_000, interval = 15 }: { timeout?: number; interval?: number } = {},
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer != null && answer !== false) return answer as Exclude<T, null | undefined | false>;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
