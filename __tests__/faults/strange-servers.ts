import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import path from 'node:path';

/** Puts something that is no Incus where a socket should be; resolves to what takes it away. */
export type StrangeServer = (socketPath: string) => Promise<() => Promise<void>>;

/** A program that listens there and does `talk` with everyone who calls. */
export function listening(talk: (client: Socket) => void): StrangeServer {
  return async (socketPath) => {
    const clients = new Set<Socket>();
    const server = createServer((client) => {
      clients.add(client);
      client.on('close', () => clients.delete(client));
      client.on('error', () => undefined);
      talk(client);
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    return async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
  };
}

/** Answers every request with the same words. */
export function answering(answer: string, { thenCloses = false } = {}): StrangeServer {
  return listening((client) =>
    client.on('data', () => {
      client.write(answer);
      if (thenCloses) client.end();
    }),
  );
}

export function http(text: string, { status = '200 OK', type = 'application/json', length = Buffer.byteLength(text) } = {}): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${text}`;
}

const placed =
  (place: (socketPath: string) => Promise<unknown>): StrangeServer =>
  async (socketPath) => {
    await place(socketPath);
    return () => Promise.resolve();
  };

export const anEmptyFile = placed((socketPath) => writeFile(socketPath, ''));
export const aFolder = placed((socketPath) => mkdir(socketPath));
export const aDanglingLink = placed((socketPath) => symlink(path.join(path.dirname(socketPath), 'nowhere'), socketPath));
export const nothingAtAll = placed(() => Promise.resolve());

/** A server that is there, behind a socket that nobody but root may use. */
export function closedToOthers(inner: StrangeServer): StrangeServer {
  return async (socketPath) => {
    const close = await inner(socketPath);
    await chmod(socketPath, 0o000);
    return close;
  };
}
