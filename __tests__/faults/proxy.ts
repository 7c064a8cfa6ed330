import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What goes wrong with one request. */
export type Fault =
  /** It reaches the server that much later. */
  | { kind: 'delay'; milliseconds: number }
  /** The server hears of it at once; its answer comes that much later. */
  | { kind: 'late-answer'; milliseconds: number }
  /** The connection ends before the server has heard of it. */
  | { kind: 'cut-before' }
  /** The server has done it and answered, and the connection ends before the answer. */
  | { kind: 'cut-after' }
  /** The connection ends in the middle of the server's answer. */
  | { kind: 'cut-answer' }
  /** The server has begun; it goes on, but our end of the connection is gone. `begun` tells when. */
  | { kind: 'cut-while'; begun: Promise<unknown> }
  /** As `cut-while`, and the server notices that its client is gone. */
  | { kind: 'hang-up'; begun: Promise<unknown> }
  /** An error of Incus, in place of the server. */
  | { kind: 'error-before' }
  /** The server has done it, and an error of Incus comes back. */
  | { kind: 'error-after' }
  /** The server has done it, and this comes back. */
  | { kind: 'junk'; text: string; type: string };

/** A request that passes. */
export interface Passing {
  method: string;
  path: string;
  body: string;
  label: string;
  /** How many requests that look the same (`labelOf`) have passed, this one included. */
  nth: number;
}

/** What a request asks for, in words that do not change from run to run. */
export function labelOf({ method, path: url, body }: Pick<Passing, 'method' | 'path' | 'body'>): string {
  if (url.startsWith('/internal/sql') && method === 'POST') return `SQL ${/(SELECT|DELETE)\b.*?\bFROM (\w+)/.exec(body)?.slice(1, 3).join(' ') ?? body}`;
  if (method === 'POST' && body === '{"name":""}') return `${method} ${url} (the lock)`;

  return `${method} ${url}`;
}

export interface Proxy {
  socketPath: string;
  /** Folder of the socket; gone after close(). */
  folder: string;
  /** Every request so far, in the order of arrival. */
  passed(): Passing[];
  close(): Promise<void>;
}

export const ERROR_TEXT = 'the proxy says no';

/**
 * Stands between us and a unix socket and passes on whole requests and whole answers, except where `choose`
 * wants a fault.
 */
export async function startProxy(upstream: string, choose: (passing: Passing) => Fault | null): Promise<Proxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'incus-proxy-'));
  const socketPath = path.join(folder, 'unix.socket');
  const passed: Passing[] = [];

  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    void (async () => {
      try {
        const body = await textOf(incoming);
        const { method = '', url = '' } = incoming;
        const label = labelOf({ method, path: url, body });
        const passing: Passing = { method, path: url, body, label, nth: passed.filter((one) => one.label === label).length + 1 };
        passed.push(passing);
        await pass(passing, choose(passing), outgoing);
      } catch {
        incoming.socket.destroy(); // one end is gone, so the other goes as well
      }
    })();
  });

  async function pass(passing: Passing, fault: Fault | null, outgoing: ServerResponse): Promise<void> {
    switch (fault?.kind) {
      case undefined:
        return reply(outgoing, await forward(passing));
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
        return reply(outgoing, await forward(passing));
      case 'late-answer': {
        const answer = await forward(passing);
        await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
        return reply(outgoing, answer);
      }
      case 'cut-before':
        outgoing.socket?.destroy();
        return;
      case 'cut-after':
        await forward(passing);
        outgoing.socket?.destroy();
        return;
      case 'cut-answer': {
        const { status, text, type } = await forward(passing);
        outgoing.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
        await new Promise((resolve) => outgoing.write(text.slice(0, text.length / 2), resolve));
        outgoing.socket?.destroy();
        return;
      }
      case 'cut-while': {
        const answer = forward(passing);
        await Promise.race([fault.begun, answer]);
        outgoing.socket?.destroy();
        await answer;
        return;
      }
      case 'hang-up': {
        const gone = new AbortController();
        const answer = forward(passing, gone.signal);
        await Promise.race([fault.begun, answer]);
        gone.abort();
        outgoing.socket?.destroy();
        await answer.catch(() => undefined);
        return;
      }
      case 'error-before':
        return reply(outgoing, errorAnswer);
      case 'error-after':
        await forward(passing);
        return reply(outgoing, errorAnswer);
      case 'junk':
        await forward(passing);
        return reply(outgoing, { status: 200, text: fault.text, type: fault.type });
    }
  }

  function forward({ method, path: url, body }: Passing, signal?: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const headers = { host: 'incus', ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) };
      const onward = httpRequest({ socketPath: upstream, method, path: url, headers, agent: false, ...(signal && { signal }) }, (answer) => {
        textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text, type: answer.headers['content-type'] ?? '' }), reject);
      });
      onward.on('error', reject);
      onward.end(body);
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    folder,
    passed: () => [...passed],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Reply {
  status: number;
  text: string;
  type: string;
}

const errorAnswer: Reply = {
  status: 500,
  type: 'application/json',
  text: `${JSON.stringify({ type: 'error', status: '', status_code: 0, operation: '', error_code: 500, error: ERROR_TEXT, metadata: null })}\n`,
};

function reply(outgoing: ServerResponse, { status, text, type }: Reply): void {
  outgoing.writeHead(status, { 'content-type': type });
  outgoing.end(text);
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
