import type { Pool } from 'undici';
import type { CliError } from '../errors.js';
import { OutcomeUnknownError, UnreachableError, causeText, errorCode } from '../errors.js';
import type { Exchange, RawAnswer } from './transport.js';

/** Longest silence inside an answer that has begun, in milliseconds. */
export const BODY_TIMEOUT = 60_000;

/** Connections side by side: the parallel requests of one round. */
export const CONNECTIONS = 16;

export interface FullAnswer extends RawAnswer {
  headers: Record<string, string | string[] | undefined>;
}

/** One request over an open pool. */
export async function exchangeOver(pool: Pool, { method, path, body, timeout }: Exchange, headers: Record<string, string>): Promise<FullAnswer> {
  const payload = body === undefined ? null : JSON.stringify(body);
  const answer = await pool.request({
    method,
    path,
    headers: { ...headers, ...(payload === null ? {} : { 'content-type': 'application/json' }) },
    body: payload,
    headersTimeout: timeout,
  });
  return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers };
}

/**
 * A failure after which it is not known how far the request came. A read that got no answer has changed
 * nothing; a write that got none may have.
 */
export function withoutAnswer(error: unknown, method: Exchange['method'], where: string): CliError {
  const what = noAnswer(error, errorCode(error));
  return method === 'GET'
    ? new UnreachableError(`cannot read from the server at ${where}: ${what}`, { cause: error })
    : new OutcomeUnknownError(`no answer from the server at ${where}: ${what}`, { cause: error });
}

/** Undici's parser names its errors, and forgets their code. */
function isNotHttp(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'HTTPParserError';
}

function noAnswer(error: unknown, code: string): string {
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'it did not answer in time';
  if (isNotHttp(error)) return 'what it says is not HTTP, so it is probably not an Incus server';
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') return 'it closed the connection before it had answered';

  return causeText(error);
}
