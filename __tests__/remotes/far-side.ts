import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { HttpsAddress } from '../../lib/incus/address.js';

/** A file of certificates/, which make.sh has made. */
export function pem(name: string): string {
  return readFileSync(new URL(`certificates/${name}`, import.meta.url), 'utf8');
}

/** A TLS server on the loopback, and all that was said to it. */
export interface FarSide {
  url: string;
  port: number;
  /** `GET /1.0`, … */
  requests: string[];
  /** Handshakes that were begun. */
  connections: number;
  /** Common names of the client certificates that were shown. */
  clients: string[];
  /** Names that were asked for (SNI). */
  names: string[];
  close(): Promise<void>;
}

export const answer = (response: ServerResponse, metadata: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status < 400 ? { type: 'sync', status_code: status, metadata } : { type: 'error', error_code: status, error: metadata }));
};

/** A server with the certificate of that name; it answers everything with `handle`. */
export async function startFarSide(certificate: string, handle: RequestListener = (_, response) => answer(response, {}), options: TlsOptions = {}, port = 0): Promise<FarSide> {
  const far: FarSide = { url: '', port: 0, requests: [], connections: 0, clients: [], names: [], close: async () => undefined };
  const server = createServer(
    { cert: pem(`${certificate}.crt`), key: pem(`${certificate}.key`), requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3', ...options },
    (request: IncomingMessage, response: ServerResponse) => {
      far.requests.push(`${request.method} ${request.url}`);
      handle(request, response);
    },
  );
  server.on('connection', () => (far.connections += 1));
  server.on('secureConnection', (socket) => {
    const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined;
    far.clients.push(subject?.CN ?? '');
    far.names.push(typeof socket.servername === 'string' ? socket.servername : '');
  });
  server.on('tlsClientError', () => undefined);

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  far.port = (server.address() as AddressInfo).port;
  far.url = `https://127.0.0.1:${far.port}`;
  far.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return far;
}

/** A TCP server that treats every connection as `greet` does. */
export async function startTcp(greet: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The address of a remote `lab` with the client certificate of these tests. */
export function remoteAt(url: string | string[], parts: Partial<HttpsAddress> = {}): HttpsAddress {
  return {
    kind: 'https',
    remote: 'lab',
    urls: [url].flat(),
    systemTrust: pem('stranger.crt'),
    clientCertificate: pem('client.crt'),
    clientKey: pem('client.key'),
    ...parts,
  };
}

export const pinned = (name: string): Partial<HttpsAddress> => ({ serverCertificate: pem(`${name}.crt`) });
