import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnreachableError } from '../../lib/errors.js';
import { fetchAs } from '../../lib/incus/fetch.js';
import type { HttpsAddress } from '../../lib/incus/address.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { Transport } from '../../lib/incus/transport.js';
import { renewToken } from '../../lib/oidc/renew.js';
import type { FarSide } from './far-side.js';
import { answer, pinned, startFarSide } from './far-side.js';

interface Login {
  access_token: string;
  refresh_token: string;
}

let provider: ChildProcess;
let issuer: string;
let folder: string;
let file: string;
let far: FarSide;
/** Access tokens that the Incus of these tests takes; null: any but the first one. */
let refused: Set<string>;
const transports: Transport[] = [];

const ask = async <T>(what: string): Promise<T> => (await (await fetch(`${issuer}/test/${what}`, { method: 'POST' })).json()) as T;
const get = { method: 'GET', path: '/1.0', timeout: 5_000 } as const;

beforeAll(async () => {
  provider = spawn(process.execPath, [fileURLToPath(new URL('provider.mjs', import.meta.url))], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(provider.stdout as NonNullable<typeof provider.stdout>, 'data')) as [Buffer];
  issuer = line.toString().trim();
});
afterAll(() => void provider.kill());

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'incus-oidc-'));
  file = path.join(folder, 'lab.json');
  refused = new Set(['']);
  far = await startFarSide('server', (request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer ?/, '');
    if (!refused.has(token)) return answer(response, {});
    response.setHeader('X-Incus-OIDC-issuer', issuer).setHeader('X-Incus-OIDC-clientid', 'incus').setHeader('X-Incus-OIDC-audience', '');
    return answer(response, 'Failed to authenticate', 401);
  });
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await far.close();
  await rm(folder, { recursive: true, force: true });
});

/** The tokens as Go writes them, and a transport that has read them. */
async function store(login: Partial<Login>): Promise<Transport> {
  await writeFile(file, JSON.stringify({ ...login, token_type: 'Bearer', expiry: '0001-01-01T00:00:00Z', IDTokenClaims: null, IDToken: 'kept' }), { mode: 0o644 });
  return connect(login.access_token ?? '');
}

function connect(bearer: string): Transport {
  const address: HttpsAddress = { kind: 'https', remote: 'lab', urls: [far.url], ...pinned('server'), bearer };
  const transport = openTransport(address, 'test', (challenge, old) => renewToken({ remote: 'lab', file }, challenge, old, fetchAs(address)));
  transports.push(transport);
  return transport;
}

const stored = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;

describe('an OIDC remote', () => {
  it('gets the stored token, and no renewal as long as it is good', async () => {
    const login = await ask<Login>('login');
    const transport = await store(login);

    await expect(transport.send(get)).resolves.toMatchObject({ status: 200 });
    await expect(ask('grants')).resolves.toEqual([]);
    expect(far.clients).toEqual(['']);
  });

  it('gets a new token when the old one has run out, once for requests side by side, and it is kept for the native client', async () => {
    const login = await ask<Login>('login');
    refused.add(login.access_token);
    const transport = await store(login);

    const answers = await Promise.all([1, 2, 3, 4].map(() => transport.send(get)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await expect(ask('grants')).resolves.toEqual(['refresh_token']);
    const kept = await stored();
    expect(kept).toMatchObject({ token_type: 'Bearer', IDTokenClaims: null, IDToken: 'kept', access_token: expect.stringMatching(/^ey/), refresh_token: expect.any(String) });
    expect(kept['access_token']).not.toBe(login.access_token);
    expect(kept['refresh_token']).not.toBe(login.refresh_token);
    expect(Date.parse(String(kept['expiry']))).toBeGreaterThan(Date.now());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('sends a changing request again after the 401, with the new token', async () => {
    const login = await ask<Login>('login');
    refused.add(login.access_token);
    const transport = await store(login);

    await expect(transport.send({ method: 'POST', path: '/1.0/networks', body: { name: 'web' }, timeout: 5_000 })).resolves.toMatchObject({ status: 200 });
    await ask('grants');
  });

  it('takes the token that the native client has renewed meanwhile', async () => {
    await store({ access_token: 'newer', refresh_token: 'used up' });
    refused.add('older');

    await expect(connect('older').send(get)).resolves.toMatchObject({ status: 200 });
    await expect(ask('grants')).resolves.toEqual([]);
  });

  it.each<[string, Partial<Login>, string]>([
    ['nobody has logged in', {}, 'cannot log in to remote "lab": nobody has logged in yet'],
    ['there is no refresh token', { access_token: 'old' }, 'cannot log in to remote "lab": the login has expired'],
    ['the provider refuses the refresh token', { access_token: 'old', refresh_token: 'stolen' }, 'cannot log in to remote "lab": the login has expired ('],
  ])('where %s says how to log in, and has done nothing', async (_, login, words) => {
    refused.add('old');
    const transport = await store(login);

    const error = await transport.send({ method: 'POST', path: '/1.0/networks', body: {}, timeout: 5_000 }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as UnreachableError).message).toContain(words);
    expect((error as UnreachableError).hint).toBe('incus list lab:   # logs in');
    expect(far.requests).toHaveLength(1);
  });

  it('whose provider is not there says so', async () => {
    const [there] = [issuer];
    issuer = 'http://127.0.0.1:1';
    try {
      refused.add('old');
      const transport = await store({ access_token: 'old', refresh_token: 'good' });

      await expect(transport.send(get)).rejects.toMatchObject({ message: expect.stringContaining('it could not be renewed at http://127.0.0.1:1: ') });
    } finally {
      issuer = there;
    }
  });

  it('does not ask again and again where the new token is refused as well', async () => {
    const login = await ask<Login>('login');
    refused = new Set();
    const { has } = refused;
    refused.has = () => true;
    const transport = await store(login);

    await expect(transport.send(get)).resolves.toMatchObject({ status: 401 });
    refused.has = has;
    await expect(ask('grants')).resolves.toHaveLength(1);
  });
});
