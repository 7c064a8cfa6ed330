/** The exit statuses that the contract promises (docs/exit-codes.md). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  found: 2,
  refused: 3,
  leftBehind: 4,
  unknown: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error for people: `Error: <message>` on standard error, then the hint, then the exit status. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: { exitCode?: ExitCode; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.exitCode = options.exitCode ?? exitCodes.failed;
    this.hint = options.hint;
  }
}

/** No request reached the server, so nothing can have happened there. */
export class UnreachableError extends CliError {}

/** A request was sent and no understandable answer came back: it may or may not have happened. */
export class OutcomeUnknownError extends CliError {}

/** The server answered with an error envelope. */
export class ServerError extends CliError {
  /** HTTP status, e.g. 404. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The text of any thrown value, for use as a cause inside another message. */
export function causeText(error: unknown): string {
  return has(error, 'message') ? String(error.message) : String(error);
}

/** The system's or a library's code of an error: `ENOENT`, `UND_ERR_SOCKET`; empty where it has none. */
export function errorCode(error: unknown): string {
  return has(error, 'code') && typeof error.code === 'string' ? error.code : '';
}

// Not `instanceof Error`: errors of Node's own modules may come from another realm (a vm context, a worker).
function has<K extends string>(error: unknown, key: K): error is Record<K, unknown> {
  return typeof error === 'object' && error !== null && key in error;
}
