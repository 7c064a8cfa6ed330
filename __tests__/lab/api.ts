import { request } from 'node:http';

import type { ApiAnswer } from '../helpers/target.js';

/** One raw API request over a unix socket. */
export function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);

  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath,
        method,
        path,
        agent: false,
        headers: { Host: 'incus', ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          try {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as ApiAnswer['body'] });
          } catch (error) {
            reject(error as Error);
          }
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** As `ask`, waits for the operation if the answer is one, and throws unless all went well. Answers the metadata. */
export async function askFor(socketPath: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await ask(socketPath, method, path, body);
  refuseError(`${method} ${path}`, answer);
  if (answer.body.type !== 'async' || method === 'POST') return answer.body.metadata;

  const { id } = answer.body.metadata as { id: string };
  const waited = await ask(socketPath, 'GET', `/1.0/operations/${id}/wait?timeout=60`);
  refuseError(`${method} ${path}`, waited);
  const { status, err } = waited.body.metadata as { status: string; err: string };
  if (status !== 'Success') throw new Error(`${method} ${path}: ${err || status}`);
  return waited.body.metadata;
}

/** Throws unless all went well. */
export function refuseError(title: string, { body }: ApiAnswer): void {
  if (body.type === 'error') throw new Error(`${title}: ${body.error}`);
}
