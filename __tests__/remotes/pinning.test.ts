import { afterEach, describe, expect, it } from '@jest/globals';
import { UnreachableError } from '../../lib/errors.js';
import type { HttpsAddress } from '../../lib/incus/address.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { FarSide } from './far-side.js';
import { pem, pinned, remoteAt, startFarSide } from './far-side.js';

let far: FarSide;
afterEach(() => far.close());

/** One request; resolves to the HTTP status, or to the error. */
async function tryAt(address: HttpsAddress, method: 'GET' | 'POST' = 'GET'): Promise<number | Error> {
  const transport = openTransport(address, 'test');
  try {
    return (await transport.send({ method, path: '/1.0', timeout: 5_000, ...(method === 'POST' ? { body: { name: 'web' } } : {}) })).status;
  } catch (error) {
    return error as Error;
  } finally {
    await transport.close();
  }
}

describe('the server certificate', () => {
  it('is good when it is the pinned one, and the client shows its own', async () => {
    far = await startFarSide('server');

    expect(await tryAt(remoteAt(far.url, pinned('server')))).toBe(200);
    expect(far).toMatchObject({ requests: ['GET /1.0'], clients: ['ann@home'], names: ['node1'] });
  });

  it('is good when it is the pinned one and for another address, because the server goes by its first name', async () => {
    far = await startFarSide('elsewhere');

    expect(await tryAt(remoteAt(far.url, pinned('elsewhere')))).toBe(200);
  });

  it('is good when it is the pinned one, signed by an authority that nobody knows', async () => {
    far = await startFarSide('by-authority');

    expect(await tryAt(remoteAt(far.url, pinned('by-authority')))).toBe(200);
  });

  it.each<[string, Partial<HttpsAddress>]>([
    ['the system trusts its authority', { systemTrust: pem('authority.crt') }],
    ['client.ca is its authority', { ca: pem('authority.crt') }],
    ['the system trusts its authority, and another one is pinned', { systemTrust: pem('authority.crt'), ...pinned('other') }],
    ['its authority is pinned', pinned('authority')],
  ])('is good when %s', async (_, trust) => {
    far = await startFarSide('by-authority');

    expect(await tryAt(remoteAt(far.url, trust))).toBe(200);
  });

  // The words of the native client 6.0.4, as seen.
  const unknownAuthority = 'x509: certificate signed by unknown authority';
  it.each<[string, string, Partial<HttpsAddress>, string]>([
    ['is not the pinned one', 'other', pinned('server'), unknownAuthority],
    ['is not pinned and signed by itself', 'server', {}, unknownAuthority],
    ['has an authority that client.ca replaces', 'by-authority', { systemTrust: pem('authority.crt'), ca: pem('stranger.crt') }, unknownAuthority],
    ['has expired, pinned as it is', 'expired', pinned('expired'), ' is after 2021-01-01T00:00:00Z'],
    ['is not valid yet, pinned as it is', 'future', pinned('future'), ' is before 2099-01-01T00:00:00Z'],
    ['has no name, pinned as it is', 'nameless', pinned('nameless'), "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"],
    ['is for another address', 'elsewhere', { systemTrust: pem('elsewhere.crt') }, 'x509: certificate is valid for 192.0.2.1, not 127.0.0.1'],
    ['is for clients', 'wrong-usage', pinned('wrong-usage'), 'x509: certificate specifies an incompatible key usage'],
  ])('that %s gets not one request', async (_, certificate, trust, words) => {
    far = await startFarSide(certificate);

    const failures = [await tryAt(remoteAt(far.url, trust)), await tryAt(remoteAt(far.url, trust), 'POST')];

    for (const failure of failures) {
      expect(failure).toBeInstanceOf(UnreachableError);
      expect((failure as Error).message).toContain(`Get "${far.url}/1.0": tls: failed to verify certificate: x509: `);
      expect((failure as Error).message).toContain(words);
    }
    expect(far.connections).toBeGreaterThan(0);
    expect(far.requests).toEqual([]);
  });

  it.each<[Partial<HttpsAddress>, string | undefined]>([
    [{ ...pinned('server'), acceptance: 'incus remote …' }, 'the server shows another certificate than the one that was accepted for remote "lab"; where that is meant to be: incus remote …'],
    [pinned('server'), 'the server shows another certificate than the one that was accepted for remote "lab"'],
    [{}, undefined],
  ])('that is not trusted comes with what to do about a pinned one', async (trust, hint) => {
    far = await startFarSide('other');

    const failure = await tryAt(remoteAt(far.url, trust));

    expect((failure as UnreachableError).hint).toBe(hint);
  });

  it('that changes between two connections of one run gets no request either', async () => {
    far = await startFarSide('server', (_, response) => response.setHeader('connection', 'close').end('{}'));
    const transport = openTransport(remoteAt(far.url, pinned('server')), 'test');
    await transport.send({ method: 'GET', path: '/1.0', timeout: 5_000 });
    const { port } = far;
    await far.close();

    far = await startFarSide('other', undefined, {}, port);
    const failure = await transport.send({ method: 'POST', path: '/1.0/networks', body: {}, timeout: 5_000 }).catch((error: unknown) => error);
    await transport.close();

    expect(failure).toBeInstanceOf(UnreachableError);
    expect(far.connections).toBeGreaterThan(0);
    expect(far.requests).toEqual([]);
  });
});

describe('the client certificate', () => {
  it.each<[string, Partial<HttpsAddress>, string]>([
    ['the key of another', { clientKey: pem('stranger.key') }, 'tls: private key does not match public key'],
    ['no PEM', { clientCertificate: 'garbage' }, 'tls: failed to find any PEM data in certificate input'],
    ['a key that is no PEM', { clientKey: 'garbage' }, 'tls: failed to find any PEM data in key input'],
    ['a key that is broken', { clientKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' }, 'tls: failed to parse private key'],
    ['a pinned certificate that is none', { serverCertificate: 'garbage' }, 'Invalid remote certificate'],
  ])('with %s is refused before anything is connected', async (_, parts, words) => {
    far = await startFarSide('server');

    const failure = await tryAt(remoteAt(far.url, { ...pinned('server'), ...parts }));

    expect(failure).toBeInstanceOf(UnreachableError);
    expect((failure as Error).message).toBe(words);
    expect(far.connections).toBe(0);
  });
});

describe('TLS 1.2', () => {
  it('is refused, unless the environment allows it', async () => {
    far = await startFarSide('server', undefined, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });

    const failure = await tryAt(remoteAt(far.url, pinned('server')));

    expect((failure as Error).message).toBe(`Get "${far.url}/1.0": remote error: tls: protocol version not supported`);
    expect(await tryAt(remoteAt(far.url, { ...pinned('server'), allowsTls12: true }))).toBe(200);
  });
});
