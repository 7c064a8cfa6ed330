import { Agent, request } from 'node:http';
import type { AgentOptions, ClientRequest, IncomingHttpHeaders, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CliError } from '../errors.js';
import { OutcomeUnknownError, UnreachableError, causeText, errorCode } from '../errors.js';
import type { Exchange, RawAnswer } from './transport.js';

/** Longest silence inside an answer that has begun, in milliseconds. */
const BODY_TIMEOUT = 60_000;

/** Connections side by side: the parallel requests of one round. */
const CONNECTIONS = 16;

export interface FullAnswer extends RawAnswer {
  headers: IncomingHttpHeaders;
}

/** Calls back with a connection, or with why there is none. */
export type OpenConnection = (done: (error: Error | null, socket?: Socket) => void) => void;

/** Connections from `open`, each used for one request after the other, and no more of them than CONNECTIONS. */
export class Connections {
  readonly #agent: Agent;
  readonly #underWay = new Set<ClientRequest>();
  readonly #waiting: (() => void)[] = [];
  #free = CONNECTIONS;
  #closed = false;

  constructor(open: OpenConnection) {
    // `open` alone knows of TLS names; Node would look for one in every request.
    const agent = new Agent({ keepAlive: true, servername: '' } as AgentOptions);
    // Node's documented way to connections of one's own; its types do not know the second form of the result.
    this.#agent = Object.assign(agent, { createConnection: (_: unknown, done: (error: Error | null, socket?: Duplex) => void) => open(done) });
  }

  /** Begins a request as soon as a connection is free; `during` ends with the answer. Node counts only connections that are made. */
  async use<T>(options: RequestOptions, during: (sent: ClientRequest) => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));

    if (this.#closed) throw new ClosedError();
    const sent = request({ ...options, agent: this.#agent });
    this.#underWay.add(sent);
    try {
      return await during(sent);
    } finally {
      this.#underWay.delete(sent);
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /** What is under way counts as not answered, and nothing follows. */
  close(): void {
    this.#closed = true;
    for (const sent of this.#underWay) sent.destroy(new ClosedError());
    for (const proceed of this.#waiting.splice(0)) proceed();
    this.#agent.destroy();
  }
}

class ClosedError extends Error {
  constructor() {
    super('the connection was closed');
  }
}

/** One request over one of the connections. It is sent once, whatever happens. */
export function exchangeOver(connections: Connections, { method, path, body, timeout }: Exchange, headers: Record<string, string>): Promise<FullAnswer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  // Node names the length of a POST's body by itself, and not that of a DELETE's.
  const ofBody = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
  const options = { method, path, headers: { ...headers, ...ofBody } };
  return connections.use(options, (sent) => {
    const answered = answerTo(sent, timeout);
    sent.end(payload);
    return answered;
  });
}

function answerTo(sent: ClientRequest, timeout: number): Promise<FullAnswer> {
  return new Promise((resolve, reject) => {
    const timer = timeout === 0 ? undefined : setTimeout(() => sent.destroy(new SilenceError()), timeout);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.on('response', (answer) => {
      clearTimeout(timer);
      answer.setTimeout(BODY_TIMEOUT, () => answer.destroy(new SilenceError()));
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: answer.headers }));
    });
  });
}

class SilenceError extends Error {
  readonly code = 'SILENCE';
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

function noAnswer(error: unknown, code: string): string {
  if (code === 'SILENCE') return 'it did not answer in time';
  if (code.startsWith('HPE_')) return 'what it says is not HTTP, so it is probably not an Incus server';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'it closed the connection before it had answered';

  return causeText(error);
}
