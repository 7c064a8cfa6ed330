import type { Readable, Writable } from 'node:stream';
import prompts from 'prompts';
import { CliError, exitCodes } from '../errors.js';

/** The terminal that questions are asked on. */
export interface PromptStreams {
  stdin: Readable;
  stdout: Writable;
}

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
export async function confirm(question: string, streams: PromptStreams): Promise<boolean> {
  const { answer } = await prompts<'answer'>({ ...streams, type: 'confirm', name: 'answer', message: question, initial: false }, { onCancel });
  return answer === true;
}

/** A question with several answers, the first of which is proposed. */
export async function choose<T extends string>(question: string, choices: readonly Choice<T>[], streams: PromptStreams): Promise<T> {
  const { answer } = await prompts<'answer'>({ ...streams, type: 'select', name: 'answer', message: question, choices: [...choices], initial: 0, warn: 'this does not work here' }, { onCancel });
  const chosen = choices.find(({ value }) => value === answer);
  if (chosen === undefined) return onCancel();

  return chosen.value;
}

/** A question that is answered by typing. */
export async function text(question: string, { initial, problem }: TextOptions, streams: PromptStreams): Promise<string> {
  const { answer } = await prompts<'answer'>(
    {
      ...streams,
      type: 'text',
      name: 'answer',
      message: question,
      initial,
      validate: (value: string) => problem(value) ?? true,
      onRender(this: { msg: string; value?: string; rendered?: string }) {
        const wrong = this.value ? problem(this.value) : null;
        this.msg = wrong === null ? question : `${question} [${wrong}]`;
      },
    },
    { onCancel },
  );
  return typeof answer === 'string' ? answer.trim() : onCancel();
}

/** A question whose answer is not shown. */
export async function password(question: string, streams: PromptStreams): Promise<string> {
  const { answer } = await prompts<'answer'>({ ...streams, type: 'password', name: 'answer', message: question }, { onCancel });
  return typeof answer === 'string' ? answer : onCancel();
}

function onCancel(): never {
  throw new CliError('interrupted: nothing was changed', { exitCode: exitCodes.interrupted });
}
