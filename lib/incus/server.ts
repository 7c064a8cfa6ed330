import * as z from '../zod.js';
import { OutcomeUnknownError, ServerError, UnreachableError, causeText } from '../errors.js';
import type { Exchange, RawAnswer, Transport } from './transport.js';

/** Every answer of Incus comes in one of these (shared/api/response.go, 6.0.4). */
const Envelope = z.object({
  type: z.enum(['sync', 'async', 'error']),
  status_code: z.optional(z.number()),
  error_code: z.optional(z.number()),
  error: z.optional(z.string()),
  metadata: z.unknown(),
});

/** One request and how it ended, for `--debug`. */
export interface ExchangeLog {
  method: string;
  path: string;
  body?: unknown;
  /** The server's answer, or why there was none. */
  answer: RawAnswer | { failure: string };
  milliseconds: number;
}

/** Milliseconds that a read may take before the server counts as not answering. */
export const READ_TIMEOUT = 30_000;

/** One Incus server, spoken to with schemas. */
export interface IncusServer {
  /**
   * Reads, and checks the metadata against `schema`.
   * @throws ServerError the server answered with an error; UnreachableError anything else, nothing was changed
   */
  get<T>(path: string, schema: z.ZodMiniType<T>, options?: { timeout?: number }): Promise<T>;
  /**
   * Sends a request that changes something, and waits for its answer however long that takes, or for `timeout` milliseconds.
   * @throws ServerError the server refused; UnreachableError it was never sent; OutcomeUnknownError it may have happened
   */
  change(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, options?: { timeout?: number }): Promise<void>;
  /** POST with an answer that is read, for `/internal/sql`; errors as `change`. */
  ask<T>(path: string, body: unknown, schema: z.ZodMiniType<T>): Promise<T>;
  close(): Promise<void>;
}

export function incusServer(transport: Transport, onExchange?: (log: ExchangeLog) => void): IncusServer {
  async function exchange(request: Exchange): Promise<unknown> {
    // Node loads its clock for measuring at the first use.
    const start = onExchange === undefined ? 0 : performance.now();
    const log = (answer: ExchangeLog['answer']): void =>
      onExchange?.({
        method: request.method,
        path: request.path,
        ...(request.body === undefined ? {} : { body: request.body }),
        answer,
        milliseconds: performance.now() - start,
      });
    try {
      const answer = await transport.send(request);
      log(answer);
      return open(answer, request.method);
    } catch (error) {
      if (!(error instanceof ServerError)) log({ failure: causeText(error) });
      throw error;
    }
  }

  return {
    async get(path, schema, options = {}) {
      return understand(await exchange({ method: 'GET', path, timeout: options.timeout ?? READ_TIMEOUT }), schema, 'GET', path);
    },
    async change(method, path, body, options = {}) {
      await exchange({ method, path, body, timeout: options.timeout ?? 0 });
    },
    async ask(path, body, schema) {
      return understand(await exchange({ method: 'POST', path, body, timeout: READ_TIMEOUT }), schema, 'POST', path);
    },
    close: () => transport.close(),
  };
}

/** Takes the metadata out of the envelope. */
function open(answer: RawAnswer, method: Exchange['method']): unknown {
  const envelope = Envelope.safeParse(parseJson(answer.text));
  if (!envelope.success) throw notUnderstood(method, describe(answer));

  const { type, error, error_code: code, metadata } = envelope.data;
  if (type === 'error') throw new ServerError(code || answer.status, error || `the server answered ${answer.status} without a reason`);
  return metadata;
}

function understand<T>(metadata: unknown, schema: z.ZodMiniType<T>, method: Exchange['method'], path: string): T {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) return parsed.data;

  const [issue] = parsed.error.issues;
  throw notUnderstood(method, `in ${path}, ${issue?.path.join('.') || 'the metadata'}: ${issue?.message ?? 'unexpected'}`);
}

/** An answer that we cannot read changes nothing when we were reading, and proves nothing when we were writing. */
function notUnderstood(method: Exchange['method'], what: string): Error {
  const message = `the answer is not one of Incus: ${what}`;
  return method === 'GET' ? new UnreachableError(message) : new OutcomeUnknownError(message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(answer: RawAnswer): string {
  // eslint-disable-next-line no-control-regex -- control characters must not reach the terminal
  const start = answer.text.slice(0, 60).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return start === '' ? `HTTP status ${answer.status} with an empty body` : `HTTP status ${answer.status}, body "${start}"`;
}
