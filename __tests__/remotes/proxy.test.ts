import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { AddressInfo } from 'node:net';
import { UnreachableError } from '../../lib/errors.js';
import { proxyFor } from '../../lib/incus/proxy.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { FarSide } from './far-side.js';
import { pinned, remoteAt, startFarSide } from './far-side.js';

describe('the proxy of the environment', () => {
  const chosen = (target: string, none = '', https = 'http://proxy:3128') => proxyFor(new URL(target), { https, http: 'http://plain:80', none })?.host ?? null;

  // As useProxy in shared/proxy/proxy.go, 6.0.4.
  it.each([
    ['https://lab:8443', '', 'proxy:3128'],
    ['http://lab', '', 'plain'],
    ['https://localhost:8443', '', null],
    ['https://127.0.0.1:8443', '', null],
    ['https://127.3.2.1:8443', '', null],
    ['https://[::1]:8443', '', null],
    ['https://lab:8443', '*', null],
    ['https://lab:8443', 'other, LAB', null],
    ['https://lab:8443', 'lab:1', null],
    ['https://a.lab.example', 'lab.example', null],
    ['https://a.lab.example', '.lab.example', null],
    ['https://lab.example', '.lab.example', null],
    ['https://xlab.example', 'lab.example', 'proxy:3128'],
    ['https://10.1.2.3:8443', '10.1.0.0/16', null],
    ['https://10.2.2.3:8443', '10.1.0.0/16', 'proxy:3128'],
    ['https://10.1.2.3:8443', '10.1.2.3', null],
    ['https://110.1.2.3:8443', '10.1.2.3', 'proxy:3128'],
    ['https://[fd00::1]:8443', 'fd00::/8', null],
    ['https://[fd00::1]:8443', 'fd00::1', null],
    ['https://[fd00::1]:8443', '10.0.0.0/8,', 'proxy:3128'],
  ])('for %s with NO_PROXY=%j is %s', (target, none, expected) => {
    expect(chosen(target, none)).toBe(expected);
  });

  it.each([
    ['proxy:3128', 'proxy:3128'],
    ['https://proxy:3128', 'proxy:3128'],
    ['', null],
  ])('written as %j is %s', (https, expected) => {
    expect(chosen('https://lab', '', https)).toBe(expected);
  });

  it('may not be a SOCKS proxy', () => {
    expect(() => chosen('https://lab', '', 'socks5://proxy:1080')).toThrow('cannot use the proxy socks5://proxy:1080: only HTTP proxies are supported');
  });
});

describe('through a proxy', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A proxy that leads every CONNECT to `port` on the loopback; what it was asked for, and with which login. */
  async function startProxy(port: number, status = 200): Promise<{ url: string; asked: string[]; logins: (string | undefined)[] }> {
    const asked: string[] = [];
    const logins: (string | undefined)[] = [];
    const server = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      logins.push(request.headers['proxy-authorization']);
      socket.on('error', () => undefined);
      if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onward = connectTcp(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      return onward.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, logins };
  }

  async function far(certificate: string): Promise<FarSide> {
    const side = await startFarSide(certificate);
    ends.push(() => side.close());
    return side;
  }

  async function send(proxy: string, certificate: string): Promise<number | Error> {
    const address = remoteAt('https://lab.example:8443', { ...pinned(certificate), proxies: { https: proxy, http: '', none: '' } });
    const transport = openTransport(address, 'test');
    ends.push(() => transport.close());
    return transport.send({ method: 'GET', path: '/1.0', timeout: 2_000 }).then(
      ({ status }) => status,
      (error: Error) => error,
    );
  }

  it('a remote is reached by CONNECT, under its own name', async () => {
    const side = await far('server');
    const proxy = await startProxy(side.port);

    expect(await send(proxy.url.replace('//', '//ann:s%40fe@'), 'server')).toBe(200);
    expect(proxy.asked).toEqual(['lab.example:8443']);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('ann:s@fe').toString('base64')}`]);
    expect(side.requests).toEqual(['GET /1.0']);
  });

  it('another certificate than the pinned one gets no request', async () => {
    const side = await far('other');
    const proxy = await startProxy(side.port);

    expect(await send(proxy.url, 'server')).toBeInstanceOf(UnreachableError);
    expect(side.connections).toBeGreaterThan(0);
    expect(side.requests).toEqual([]);
  });

  it('that says no, the server is unreachable', async () => {
    const proxy = await startProxy(1, 403);

    const error = await send(proxy.url, 'server');

    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toMatch(/^Get "https:\/\/lab\.example:8443\/1\.0": the proxy 127\.0\.0\.1:\d+ answered 403 to CONNECT$/);
  });

  it('that is not there, the server is unreachable', async () => {
    const error = await send('http://127.0.0.1:1', 'server');

    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toBe('Get "https://lab.example:8443/1.0": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused');
  });
});
