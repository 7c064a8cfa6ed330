import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { left } from './left.js';
import type { Choice, TextOptions } from './prompts.js';
import type { Terminal } from './terminal.js';

/*
 * The questions of prompts.ts for terminals on which nothing can be drawn (TERM=dumb): a line out, a line in.
 */

/** A question whose answer is no unless the user says yes. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  return /^y(es)?$/i.test(await line(`${question} (y/N) `, terminal));
}

/** A question with several answers, each with a number; the first that works is proposed. */
export async function choose<T extends string>(question: string, choices: readonly Choice<T>[], terminal: Terminal): Promise<T> {
  const list = choices.map(({ title, description }, at) => `  ${at + 1}) ${title}${description === undefined ? '' : `\n     ${description}`}\n`);
  const proposed = choices.findIndex(({ disabled }) => disabled !== true) + 1;
  terminal.stdout.write(`${question}\n${list.join('')}`);
  for (;;) {
    const answer = (await line(`A number [${proposed}]: `, terminal)).trim() || String(proposed);
    const chosen = choices.find(({ value }, at) => answer === value || answer === String(at + 1));
    if (chosen !== undefined && chosen.disabled !== true) return chosen.value;
    terminal.stdout.write(chosen === undefined ? `1 to ${choices.length}, please.\n` : 'This does not work here.\n');
  }
}

/** A question that is answered by typing. */
export async function text(question: string, { initial, problem }: TextOptions, terminal: Terminal): Promise<string> {
  for (;;) {
    const answer = (await line(`${question}${initial === '' ? '' : ` [${initial}]`}${question.endsWith('?') ? '' : ':'} `, terminal)).trim() || initial;
    const wrong = problem(answer);
    if (wrong === null) return answer;
    terminal.stdout.write(`${wrong}\n`);
  }
}

/** A question whose answer is not shown. */
export async function password(question: string, terminal: Terminal): Promise<string> {
  terminal.stdout.write(`${question}${question.endsWith(':') ? '' : ':'} `);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await line('', { ...terminal, stdout: silence }, true);
  } finally {
    terminal.stdout.write('\n');
  }
}

/** One line of standard input. Its end, Ctrl-C and every other signal are no answer. `raw`: the terminal itself shows nothing. */
function line(question: string, { stdin, stdout, onInterrupt }: Terminal, raw = false): Promise<string> {
  return new Promise<string | null>((resolve) => {
    const lines = createInterface({ input: stdin, output: stdout, terminal: raw });
    let isOver = false;
    const end = (answer: string | null): void => {
      isOver = true;
      release();
      stdin.off('error', none);
      resolve(answer);
      lines.close();
    };
    const none = (): void => {
      if (!isOver) stdout.write('\n');
      end(null);
    };
    const release = onInterrupt(none);
    stdin.on('error', none);
    lines.once('close', none).once('SIGINT', none).question(question, end);
  }).then((answer) => answer ?? left());
}
