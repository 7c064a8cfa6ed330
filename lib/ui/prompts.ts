import prompts from 'prompts';
import type { PromptObject } from 'prompts';
import { drawingOn } from './drawing.js';
import { folded } from './folded.js';
import { left, wishToLeave } from './left.js';
import type { Terminal } from './terminal.js';

/** One of several answers to a question. */
export interface Choice<T extends string> {
  value: T;
  title: string;
  /** Shown below the choice while the cursor is on it. */
  description?: string;
  /** Shown, and not to be chosen. */
  disabled?: boolean;
}

/** What a typed answer has to be. */
export interface TextOptions {
  initial: string;
  /** What is wrong with an answer, while it is typed as well; null where nothing is. */
  problem(value: string): string | null;
}

/** A question whose answer is no unless the user says yes. Ctrl-C and Escape end the program. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  return (await answerTo({ type: 'confirm', message: question, initial: false }, terminal)) === true;
}

/** A question with several answers, the first of which is proposed. */
export async function choose<T extends string>(question: string, choices: readonly Choice<T>[], terminal: Terminal): Promise<T> {
  const columns = columnsOf(terminal);
  const answer = await answerTo(
    {
      type: 'select',
      message: question,
      choices: choices.map((choice) => ({ ...choice, title: folded(choice.title, { columns, first: 4, indent: 6 }) })),
      initial: 0,
      hint: 'arrows, then Enter',
      warn: 'this does not work here',
      onRender(this: SelectElement) {
        const chosen = this.choices[this.cursor];
        if (this.done && chosen !== undefined) chosen.title = folded(choices[this.cursor]?.title ?? '', { columns, first: question.length + 5, indent: 4 });
      },
    },
    terminal,
  );
  return choices.find(({ value }) => value === answer)?.value ?? left();
}

/** As much of an element of prompts as is used here. */
interface SelectElement {
  done?: boolean;
  cursor: number;
  choices: { title: string }[];
}

/** A question that is answered by typing. */
export async function text(question: string, { initial, problem }: TextOptions, terminal: Terminal): Promise<string> {
  const columns = columnsOf(terminal);
  const answer = await answerTo(
    {
      type: 'text',
      message: question,
      initial,
      validate: (value: string) => problem(value) ?? true,
      onRender(this: TextElement) {
        if (this.value !== undefined && /\p{Cc}/u.test(this.value)) takeKeys(this);
        const wrong = this.value || this.error ? problem(this.value ?? '') : null;
        this.msg = folded(wrong === null ? question : `${question} [${wrong}]`, { columns, first: 2, indent: 2 });
        // Said above, and below the line it would leave traces where it is longer than that.
        this.error = false;
      },
    },
    terminal,
  );
  return typeof answer === 'string' ? answer.trim() : left();
}

/** Keys that prompts takes for letters: Ctrl-U empties the line, the others do nothing. */
function takeKeys(element: TextElement): void {
  const typed = element.value ?? '';
  element.value = typed.includes(CTRL_U) ? '' : typed.replace(/\p{Cc}/gu, '');
  element.cursor = element.placeholder === true ? 0 : element.value.length;
  element.cursorOffset = 0;
}

const CTRL_U = '\u0015';

interface TextElement {
  msg: string;
  cursor: number;
  cursorOffset: number;
  /** The proposal is shown in place of an answer. */
  placeholder?: boolean;
  value?: string;
  error?: boolean;
}

/** A question whose answer is not shown. */
export async function password(question: string, terminal: Terminal): Promise<string> {
  const answer = await answerTo({ type: 'password', message: question }, terminal);
  return typeof answer === 'string' ? answer : left();
}

/** Asks once. A signal, and the end of standard input, are what Escape is: prompts itself would wait for ever. */
async function answerTo(question: Partial<PromptObject<'answer'>>, terminal: Terminal): Promise<unknown> {
  const { stdin, onInterrupt } = terminal;
  const asked = { ...question, stdin, stdout: drawingOn(terminal), name: 'answer' } as PromptObject<'answer'>;
  let release = (): void => undefined;
  const leaving = new Promise<never>((_, reject) => {
    const leave = (): void => {
      try {
        stdin.emit('keypress', '', { name: 'abort' });
      } catch {
        // The terminal that prompts puts in order is gone.
      }
      reject(wishToLeave());
    };
    const releases = [onInterrupt(leave), ...(['end', 'close', 'error'] as const).map((ending) => on(stdin, ending, leave))];
    release = () => releases.forEach((off) => off());
  });
  try {
    return (await Promise.race([prompts<'answer'>(asked, { onCancel: left }), leaving])).answer;
  } finally {
    release();
  }
}

function on(stream: Terminal['stdin'], event: string, listener: () => void): () => void {
  stream.on(event, listener);
  return () => void stream.off(event, listener);
}

function columnsOf({ stdout }: Terminal): number {
  return stdout.columns || 80;
}
