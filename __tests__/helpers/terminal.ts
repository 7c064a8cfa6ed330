import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { eventually } from './run.js';

/** A program on a terminal of its own: script(1) makes it, xterm.js draws what a person would see. */
export interface OnTerminal {
  /** The lines on the screen and above it, without spaces at their ends and without empty lines at the end. */
  screen(): Promise<string[]>;
  /** Everything that was written, escapes too. */
  raw(): string;
  /** Whether the screen shows that text, wherever the lines break. */
  has(text: string): Promise<boolean>;
  /** Waits until it does. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  /** The terminal goes away, as when its window is closed or its connection breaks. */
  hangUp(): Promise<void>;
  /** The program's exit status, as a shell sees it. */
  status(): Promise<number>;
  /** Ends it all. */
  close(): void;
}

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  /** The program is not told by SIGHUP that its terminal is gone: it finds out when it writes. */
  noHangup?: boolean;
  /** Nothing stands between the terminal and the program, as an interactive shell needs it; `status` is then not known. */
  alone?: boolean;
}

export const keys = { enter: '\r', up: '\u001b[A', down: '\u001b[B', interrupt: '\u0003', end: '\u0004', erase: '\u007f' };

// A shell that outlives its terminal, so that there is somebody to be told the exit status; it hands on SIGHUP as shells do.
const wrapper = `exec 3<&0
file=$1; shift
"$@" <&3 3<&- &
child=$!
trap 'hup=yes; [ -n "$NO_HANGUP" ] || kill -HUP $child 2>/dev/null; : >"$file.hup"' HUP
trap '' INT
wait $child; status=$?
if [ -n "$hup" ]; then wait $child; status=$?; fi
echo $status >"$file.new"; mv "$file.new" "$file"
`;

/** `start` starts script(1) with a pipe for its input: here, or inside of a lab. */
export function onTerminal(start: (argv: string[]) => ChildProcess, argv: string[], { columns = 80, rows = 50, noHangup = false, alone = false }: TerminalOptions = {}): OnTerminal {
  const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  const file = join(folder, 'status');
  const words = alone ? argv : ['env', `NO_HANGUP=${noHangup ? 'yes' : ''}`, 'bash', '-c', wrapper, 'bash', file, ...argv];
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = start(['script', '-qefc', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null']);
  const drawn = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true, convertEol: false });
  let raw = '';
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', (chunk: Buffer) => {
    raw += chunk.toString();
    drawn.write(chunk);
  });

  async function screen(): Promise<string[]> {
    await new Promise<void>((resolve) => drawn.write('', resolve));
    const { active } = drawn.buffer;
    const lines = Array.from({ length: active.length }, (_, at) => (active.getLine(at)?.translateToString(true) ?? '').trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
  const without = (text: string): string => text.replace(/\s+/g, '');
  const has = async (text: string): Promise<boolean> => without((await screen()).join('')).includes(without(text));
  const readStatus = (): string | null => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    screen,
    has,
    raw: () => raw,
    async shows(text) {
      await eventually(`"${text}" on the terminal`, () => has(text)).catch(async (error: Error) => {
        throw new Error(`${error.message}\n${(await screen()).join('\n')}`);
      });
    },
    type: (text) => void child.stdin?.write(text),
    async hangUp() {
      child.kill('SIGKILL');
      await eventually('the end of the terminal', () => existsSync(`${file}.hup`));
    },
    status: async () => Number(await eventually('the end of the program', readStatus, { timeout: 60_000 })),
    close() {
      child.kill('SIGKILL');
      drawn.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
