import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { SandboxOptions } from '../../lib/sandbox/shape.js';
import type { ApiAnswer, Shape, Target } from '../helpers/target.js';

/** A sandbox as a Target: everything through its socket, except what a server has no request for. */
export interface SandboxTarget extends Target {
  sandbox: Sandbox;
}

export async function startSandboxTarget(shape: Shape, options: SandboxOptions = {}): Promise<SandboxTarget> {
  const sandbox = await startSandbox(shape, { eventWaitMs: 50, ...options });
  const request = (method: string, path: string, body?: unknown) => rawRequest(sandbox.socketPath, method, path, body);

  return {
    sandbox,
    members: sandbox.members,
    env: {
      INCUS_SOCKET: sandbox.socketPath,
      INCUS_CONF: sandbox.directory,
      INCUS_SAFENET_STATE_DIR: join(sandbox.directory, 'state'),
    },
    request,
    select: (query) => Promise.resolve(sandbox.select(query)),
    createProject: async (name, hasNetworks, config = {}) => {
      const off = {
        'features.images': 'false',
        'features.profiles': 'false',
        'features.storage.volumes': 'false',
        'features.storage.buckets': 'false',
      };
      const body = { name, description: '', config: { ...off, 'features.networks': String(hasNetworks), ...config } };
      const answer = await request('POST', '/1.0/projects', body);
      if (answer.status !== 201) throw new Error(`cannot create project "${name}": ${answer.body.error}`);
    },
    addInterface: (member, name) => Promise.resolve(sandbox.addInterface(member, name)),
    removeInterface: (member, name) => Promise.resolve(sandbox.removeInterface(member, name)),
    interfaces: (member) => Promise.resolve(sandbox.interfaces(member)),
    requests: () => Promise.resolve(sandbox.requests()),
    clearRequests: () => Promise.resolve(sandbox.clearRequests()),
    stopMember: (member) => sandbox.stopMember(member),
    startMember: (member) => sandbox.startMember(member),
    stop: () => sandbox.close(),
  };
}

/** One request over a unix socket, with its whole envelope. */
export function rawRequest(socketPath: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { socketPath, method, path, headers: { 'content-type': 'application/json' } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as ApiAnswer['body'],
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
