import { Pool } from 'undici';
import { CliError, OutcomeUnknownError, UnreachableError, causeText, errorCode } from '../errors.js';

/** Where a server listens; the subset of remotes/endpoint.ts that a connection needs. */
export type Address =
  | { kind: 'unix'; socket: string }
  | {
      kind: 'https';
      urls: string[];
      serverCertificate?: string;
      ca?: string;
      clientCertificate?: string;
      clientKey?: string;
      bearer?: string;
    };

export interface Exchange {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query. */
  path: string;
  body?: unknown;
  /** Milliseconds until the answer's headers; 0: as long as it takes. */
  timeout: number;
}

export interface RawAnswer {
  /** HTTP status. */
  status: number;
  text: string;
}

/** Moves one request and its answer; knows nothing of their meaning. */
export interface Transport {
  send(exchange: Exchange): Promise<RawAnswer>;
  close(): Promise<void>;
}

/** Longest silence inside an answer that has begun, in milliseconds. */
const BODY_TIMEOUT = 60_000;
const CONNECT_TIMEOUT = 10_000;

export function openTransport(address: Address, userAgent: string): Transport {
  if (address.kind === 'https') {
    throw new CliError('HTTPS remotes are not supported yet', { hint: 'run this on a member of the cluster, against the local unix socket' });
  }
  const pool = new Pool('http://unix.socket', {
    connect: { socketPath: address.socket, timeout: CONNECT_TIMEOUT },
    connections: 16,
    bodyTimeout: BODY_TIMEOUT,
  });

  return {
    async send({ method, path, body, timeout }) {
      const payload = body === undefined ? null : JSON.stringify(body);
      try {
        const answer = await pool.request({
          method,
          path,
          headers: { 'user-agent': userAgent, ...(payload === null ? {} : { 'content-type': 'application/json' }) },
          body: payload,
          headersTimeout: timeout,
        });
        return { status: answer.statusCode, text: await answer.body.text() };
      } catch (error) {
        throw translate(error, method, address.socket);
      }
    },
    async close() {
      await pool.destroy();
    },
  };
}

/** Undici's and the system's error codes, told apart by the one thing that matters: was the request sent? */
function translate(error: unknown, method: Exchange['method'], where: string): CliError {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') {
    return new UnreachableError(`The incus daemon doesn't appear to be started (socket path: ${where})`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UnreachableError(`You don't have the needed permissions to talk to the incus daemon (socket path: ${where})`, {
      cause: error,
    });
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new UnreachableError(`no connection to ${where} within ${CONNECT_TIMEOUT / 1000} s`, { cause: error });
  }

  const what = noAnswer(error, code);
  // A read that got no answer has changed nothing; a write that got none may have.
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
