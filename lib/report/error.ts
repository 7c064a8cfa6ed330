import { CliError } from '../errors.js';

/** Any thrown value, as people read it; what we did not foresee is our bug and says so. */
export function reportError(error: unknown): string {
  if (!(error instanceof CliError)) return `Error: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;

  return `Error: ${error.message}\n${error.hint === undefined ? '' : `  hint:  ${error.hint.replaceAll('\n', '\n         ')}\n`}`;
}
