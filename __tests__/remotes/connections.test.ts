import { afterEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, UnreachableError } from '../../lib/errors.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { Transport } from '../../lib/incus/transport.js';
import type { FarSide } from './far-side.js';
import { answer, pinned, remoteAt, startFarSide, startTcp } from './far-side.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function far(...args: Parameters<typeof startFarSide>): Promise<FarSide> {
  const side = await startFarSide(...args);
  ends.push(() => side.close());
  return side;
}

async function tcp(...args: Parameters<typeof startTcp>): Promise<number> {
  const side = await startTcp(...args);
  ends.push(() => side.close());
  return side.port;
}

function connect(...args: Parameters<typeof remoteAt>): Transport {
  const transport = openTransport(remoteAt(...args), 'test');
  ends.push(() => transport.close());
  return transport;
}

const get = { method: 'GET', path: '/1.0', timeout: 2_000 } as const;
const post = { method: 'POST', path: '/1.0/networks', body: { name: 'web' }, timeout: 2_000 } as const;
const failure = (transport: Transport, exchange: Parameters<Transport['send']>[0] = get) =>
  transport.send(exchange).then(
    () => new Error('it answered'),
    (error: unknown) => error as Error,
  );

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const side = await startTcp(() => undefined);
  await side.close();
  return side.port;
}

describe('a remote', () => {
  it('keeps its connections for the rounds of one run', async () => {
    const side = await far('server');
    const transport = connect(side.url, pinned('server'));

    for (let round = 0; round < 3; round++) await Promise.all([1, 2, 3].map(() => transport.send(get)));

    expect(side.requests).toHaveLength(9);
    expect(side.connections).toBeLessThan(6);
  });

  // The words of the native client 6.0.4, as seen.
  it('that refuses connections is unreachable, for reads and for writes', async () => {
    const port = await deadPort();

    for (const exchange of [get, post]) {
      const error = await failure(connect(`https://127.0.0.1:${port}`), exchange);

      expect(error).toBeInstanceOf(UnreachableError);
      expect(error.message).toBe(
        `Get "https://127.0.0.1:${port}/1.0": Unable to connect to: 127.0.0.1:${port} ([dial tcp 127.0.0.1:${port}: connect: connection refused])`,
      );
    }
  });

  it('whose name nobody knows is unreachable', async () => {
    const error = await failure(connect('https://nobody.invalid:8443'), post);

    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toMatch(/^Get "https:\/\/nobody\.invalid:8443\/1\.0": lookup nobody\.invalid: /);
  });

  it.each<[string, Parameters<typeof startTcp>[0], string]>([
    ['hangs up', (socket) => socket.end(), 'EOF'],
    ['speaks no TLS', (socket) => socket.end('hello, this is something else\r\n'), 'tls: first record does not look like a TLS handshake'],
  ])('that %s is unreachable', async (_, greet, words) => {
    const port = await tcp(greet);

    const error = await failure(connect(`https://127.0.0.1:${port}`), post);

    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toBe(`Get "https://127.0.0.1:${port}/1.0": ${words}`);
  });

  it('that says nothing does not hold up whoever gives up', async () => {
    const port = await tcp(() => undefined);
    const transport = connect(`https://127.0.0.1:${port}`);
    const waiting = failure(transport);
    await new Promise((resolve) => setTimeout(resolve, 50));

    const start = Date.now();
    await transport.close();

    expect(await waiting).toBeInstanceOf(UnreachableError);
    expect(Date.now() - start).toBeLessThan(1_000);
  });

  it('that cuts the connection after a request has changed nothing for a read, and who knows what for a write', async () => {
    const side = await far('server', (request) => request.socket.destroy());
    const transport = connect(side.url, pinned('server'));

    expect(await failure(transport, get)).toBeInstanceOf(UnreachableError);
    expect(await failure(transport, post)).toBeInstanceOf(OutcomeUnknownError);
    expect(side.requests).toEqual(['GET /1.0', 'POST /1.0/networks']);
  });

  it('that goes away between two requests was not sent the second one', async () => {
    const side = await far('server', (_, response) => response.setHeader('connection', 'close').end('{}'));
    const transport = connect(side.url, pinned('server'));
    await transport.send(get);
    await side.close();

    expect(await failure(transport, post)).toBeInstanceOf(UnreachableError);
  });
});

describe('several addresses', () => {
  it('are tried in their order until one is the server, and then only that one is used', async () => {
    const [impostor, server, spare] = [await far('other'), await far('server'), await far('server')];
    const transport = connect([`https://127.0.0.1:${await deadPort()}`, impostor.url, server.url, spare.url], pinned('server'));

    await transport.send(get);
    await transport.send(post);

    expect(server.requests).toEqual(['GET /1.0', 'POST /1.0/networks']);
    expect(impostor.requests).toEqual([]);
    expect(spare.connections).toBe(0);
  });

  it('never see a changing request twice', async () => {
    const first = await far('server', (request, response) => (request.method === 'POST' ? request.socket.destroy() : answer(response, {})));
    const second = await far('server');
    const transport = connect([first.url, second.url], pinned('server'));
    await transport.send(get);

    expect(await failure(transport, post)).toBeInstanceOf(OutcomeUnknownError);
    expect(second.connections).toBe(0);
  });

  it('that all fail are all named, a line each', async () => {
    const impostor = await far('other');
    const port = await deadPort();

    const error = await failure(connect([`https://127.0.0.1:${port}`, impostor.url], pinned('server')), post);

    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message.split('\n')).toEqual([expect.stringContaining('connection refused'), expect.stringContaining('unknown authority')]);
    expect(impostor.requests).toEqual([]);
  });
});
