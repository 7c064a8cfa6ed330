import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An HTTP server on a unix socket, for one test. */
export interface Listener {
  socket: string;
  /** Connections that have been opened. */
  connections(): number;
  /** `METHOD path` of each request that has arrived. */
  requests(): string[];
  close(): Promise<void>;
}

export async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listener> {
  const folder = await mkdtemp(path.join(tmpdir(), 'incus-listener-'));
  const socket = path.join(folder, 'unix.socket');
  const requests: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on('connection', (client) => {
    connections += 1;
    open.add(client);
    client.on('close', () => open.delete(client));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    connections: () => connections,
    requests: () => [...requests],
    async close() {
      for (const client of open) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function sync(metadata: unknown): string {
  return JSON.stringify({ type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata });
}

export function error(code: number, text: string): string {
  return JSON.stringify({ type: 'error', status: '', status_code: 0, operation: '', error_code: code, error: text, metadata: null });
}
