import { CliError, exitCodes } from '../errors.js';

/** That somebody does not want to answer a question, which ends the program. */
export function wishToLeave(): CliError {
  return new CliError('interrupted: nothing was changed', { exitCode: exitCodes.interrupted });
}

export function left(): never {
  throw wishToLeave();
}
