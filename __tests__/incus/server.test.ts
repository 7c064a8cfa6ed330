import { describe, expect, it } from '@jest/globals';
import * as z from '../../lib/zod.js';
import { OutcomeUnknownError, ServerError, UnreachableError } from '../../lib/errors.js';
import { Network, Project, Server } from '../../lib/incus/schemas.js';
import type { ExchangeLog, IncusServer } from '../../lib/incus/server.js';
import { incusServer } from '../../lib/incus/server.js';
import type { Exchange } from '../../lib/incus/transport.js';
import { error, sync } from './fixture.js';

function answering(text: string, status = 200, logs: ExchangeLog[] = []): IncusServer & { sent: Exchange[] } {
  const sent: Exchange[] = [];
  const transport = {
    send: (exchange: Exchange) => {
      sent.push(exchange);
      return Promise.resolve({ status, text });
    },
    close: () => Promise.resolve(),
  };
  return Object.assign(incusServer(transport, (log) => logs.push(log)), { sent });
}

const network = { name: 'web', type: 'bridge', managed: true, status: 'Created', description: '', config: {}, locations: ['node1'], used_by: [] };

describe('an answer of Incus', () => {
  it('is its metadata', async () => {
    await expect(answering(sync(network)).get('/1.0/networks/web', Network)).resolves.toEqual(network);
  });

  it('may hold keys that we do not know', async () => {
    const newer = JSON.stringify({ ...(JSON.parse(sync({ ...network, colour: 'blue' })) as object), envelope_of: 'tomorrow' });

    await expect(answering(newer).get('/1.0/networks/web', Network)).resolves.toEqual(network);
  });

  it.each([null, undefined])('may hold %p where Go has an empty list or map', async (nothing) => {
    const spare = { name: 'web', type: 'bridge', managed: false, config: nothing, locations: nothing, used_by: nothing };

    await expect(answering(sync(spare)).get('/1.0/networks/web', Network)).resolves.toMatchObject({ config: {}, locations: [], used_by: [], status: '' });
  });

  it.each([
    ['managed', Network, { ...network, managed: undefined }],
    ['type', Network, { ...network, type: 7 }],
    ['config', Project, { name: 'default' }],
    ['api_extensions', Server, { auth: 'trusted' }],
  ] as const)('that lacks %s is named with it, and is not one of Incus', async (key, schema, metadata) => {
    const reading = answering(sync(metadata)).get('/1.0/x', schema as z.ZodMiniType<unknown>);

    await expect(reading).rejects.toBeInstanceOf(UnreachableError);
    await expect(reading).rejects.toThrow(new RegExp(`in /1\\.0/x, ${key}: `));
  });
});

describe('an error of Incus', () => {
  it.each([
    ['its own code', error(404, 'Network not found'), 500, 404],
    ['the status where it has no code', error(0, 'Network not found'), 403, 403],
  ])('keeps its words and %s', async (_, text, status, expected) => {
    const server = answering(text, status);

    for (const asking of [server.get('/1.0/x', z.unknown()), server.change('POST', '/1.0/x', {}), server.ask('/internal/sql', {}, z.unknown())]) {
      await expect(asking).rejects.toMatchObject({ message: 'Network not found', status: expected });
      await expect(asking).rejects.toBeInstanceOf(ServerError);
    }
  });

  it('without words says its status', async () => {
    await expect(answering(error(0, ''), 503).get('/1.0/x', z.unknown())).rejects.toThrow('the server answered 503 without a reason');
  });
});

describe('an answer that is none of Incus', () => {
  it.each([
    ['text', 'hello'],
    ['HTML', '<html></html>'],
    ['half a document', '{"type":"sync","metad'],
    ['JSON of another kind', '{"ok":true}'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('has changed nothing when we were reading, and proves nothing when we were writing: %s', async (_, text) => {
    const server = answering(text, 502);

    await expect(server.get('/1.0/x', z.unknown())).rejects.toBeInstanceOf(UnreachableError);
    await expect(server.change('POST', '/1.0/x', {})).rejects.toBeInstanceOf(OutcomeUnknownError);
    await expect(server.ask('/internal/sql', {}, z.unknown())).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('is shown by its beginning, without what a terminal would obey', async () => {
    const said = answering(`\u001b[2J${'x'.repeat(500)}`).get('/1.0/x', z.unknown());

    // eslint-disable-next-line no-control-regex -- that is what must not be there
    await expect(said).rejects.toThrow(/^the answer is not one of Incus: HTTP status 200, body "[^\u001b]{1,60}"$/);
  });
});

describe('a timeout', () => {
  it('bounds every read, and no change unless asked for', async () => {
    const server = answering(sync({ Results: [] }));

    await server.get('/1.0/x', z.unknown());
    await server.get('/1.0/x', z.unknown(), { timeout: 7 });
    await server.ask('/internal/sql', {}, z.unknown());
    await server.change('POST', '/1.0/x', {});
    await server.change('POST', '/1.0/x', {}, { timeout: 7 });

    expect(server.sent.map(({ timeout }) => timeout)).toEqual([30_000, 7, 30_000, 0, 7]);
  });
});

describe('--debug', () => {
  it('is told each exchange, whether it went well or not', async () => {
    const logs: ExchangeLog[] = [];

    await answering(sync(null), 200, logs).change('POST', '/1.0/x', { a: 1 });
    await answering(error(500, 'no'), 500, logs).change('DELETE', '/1.0/x').catch(() => undefined);
    await answering('hello', 200, logs).get('/1.0/x', z.unknown()).catch(() => undefined);

    expect(logs.map(({ method, body }) => [method, body])).toEqual([['POST', { a: 1 }], ['DELETE', undefined], ['GET', undefined], ['GET', undefined]]);
    expect(logs[1]?.answer).toMatchObject({ status: 500, text: expect.stringContaining('no') });
  });
});
