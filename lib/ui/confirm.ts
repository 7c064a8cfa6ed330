import prompts from 'prompts';
import { CliError, exitCodes } from '../errors.js';

/** Asks a question with yes or no on the given terminal; no is the default. */
export async function confirm(question: string, stdout: NodeJS.WriteStream): Promise<boolean> {
  const { answer } = await prompts(
    { type: 'confirm', name: 'answer', message: question, initial: false, stdout },
    {
      onCancel() {
        throw new CliError('interrupted: the question was not answered', { exitCode: exitCodes.interrupted });
      },
    },
  );
  return answer === true;
}
