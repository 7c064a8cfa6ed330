import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { OutcomeUnknownError, UnreachableError } from '../../lib/errors.js';
import type { Exchange, Transport } from '../../lib/incus/transport.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { Listener } from './fixture.js';
import { listen, sync } from './fixture.js';

let listener: Listener;
let transport: Transport;

async function open(answer: Parameters<typeof listen>[0]): Promise<void> {
  listener = await listen(answer);
  transport = openTransport({ kind: 'unix', socket: listener.socket }, 'test');
}

afterEach(async () => {
  await transport.close();
  await listener.close();
});

const get: Exchange = { method: 'GET', path: '/1.0', timeout: 5_000 };
const post: Exchange = { method: 'POST', path: '/1.0/networks', body: { name: 'web' }, timeout: 0 };
const cut = (_: unknown, response: ServerResponse): void => void response.socket?.destroy();
const cutWithin = (_: unknown, response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"type":', () => response.socket?.destroy());
};

describe('a request that gets no answer', () => {
  it.each([
    ['is dropped', cut],
    ['is dropped in the middle of its answer', cutWithin],
  ])('has changed nothing when it reads, and may have happened when it writes: it %s', async (_, answer) => {
    await open(answer);

    await expect(transport.send(get)).rejects.toBeInstanceOf(UnreachableError);
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      await expect(transport.send({ ...post, method })).rejects.toBeInstanceOf(OutcomeUnknownError);
    }
  });

  it('is sent once only', async () => {
    await open(cut);

    await transport.send(post).catch(() => undefined);

    expect(listener.requests()).toEqual(['POST /1.0/networks']);
  });

  it.each([
    ['GET', UnreachableError],
    ['POST', OutcomeUnknownError],
  ] as const)('counts as not answered after its time, and not before: %s', async (method, kind) => {
    await open(() => undefined);
    const start = Date.now();

    await expect(transport.send({ ...post, method, timeout: 600 })).rejects.toThrow('it did not answer in time');
    await expect(transport.send({ ...post, method, timeout: 600 })).rejects.toBeInstanceOf(kind);

    expect(Date.now() - start).toBeGreaterThanOrEqual(600);
  });

  it('waits without a limit where the timeout is 0', async () => {
    await open((_, response) => void setTimeout(() => response.end(sync(null)), 1_500));

    await expect(transport.send(post)).resolves.toMatchObject({ status: 200 });
  });

  it('was never sent where nobody listens, whatever it wanted to do', async () => {
    await open(() => undefined);
    await listener.close();

    await expect(transport.send(post)).rejects.toBeInstanceOf(UnreachableError);
    await expect(transport.send(post)).rejects.toThrow("The incus daemon doesn't appear to be started");
  });
});

describe('a connection', () => {
  it('is used again for the next request', async () => {
    await open((_, response) => void response.end(sync(null)));

    for (let index = 0; index < 20; index++) await transport.send(get);

    // A second one is opened where the first is not quite done when the next request comes.
    expect(listener.connections()).toBeLessThanOrEqual(2);
  });

  it('that the server has closed between two requests does not spoil the second', async () => {
    await open((_, response) => {
      response.setHeader('connection', 'close');
      response.end(sync(null));
    });

    await transport.send(get);

    await expect(transport.send(post)).resolves.toMatchObject({ status: 200 });
  });

  it('is shared by many: more requests than connections are all answered', async () => {
    await open((_, response) => void setTimeout(() => response.end(sync(null)), 5));

    const answers = await Promise.all(Array.from({ length: 64 }, () => transport.send(get)));

    expect(answers).toHaveLength(64);
    expect(listener.connections()).toBeLessThanOrEqual(16);
  });

  it('is given up by close, and what was under way counts as not answered', async () => {
    await open(() => undefined);
    const waiting = transport.send(post);
    const ended = expect(waiting).rejects.toBeInstanceOf(OutcomeUnknownError);

    await transport.close();

    await ended;
  });
});

describe('a connection that was closed', () => {
  it('takes no further request', async () => {
    await open((_, response) => void response.end(sync(null)));
    await transport.send(get);
    await transport.close();

    await expect(transport.send(get)).rejects.toThrow('the connection was closed');
  });
});

describe('an answer', () => {
  it.each([200, 201, 404, 500, 502])('of status %i comes back as it is', async (status) => {
    await open((_, response) => {
      response.statusCode = status;
      response.end('whatever it says');
    });

    await expect(transport.send(get)).resolves.toEqual({ status, text: 'whatever it says' });
  });
});
