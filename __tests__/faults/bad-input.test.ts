import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { READ_TIMEOUT, incusServer } from '../../lib/incus/server.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { World } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import type { SandboxStage } from './sandbox-stage.js';
import { processOf, startSandboxStage } from './sandbox-stage.js';
import type { StrangeServer } from './strange-servers.js';
import { aDanglingLink, aFolder, anEmptyFile, answering, http, listening, nothingAtAll } from './strange-servers.js';

/** One clear line for people, with the right exit status; never our own stack. */
function expectOneError(run: CliRun, status: number, words: RegExp): void {
  const { stdout, stderr } = run;
  expect(stderr).toMatch(words);
  expect(stderr.match(/^Error: /gm)).toHaveLength(1);
  expect(stderr).not.toContain('internal error');
  expect(stderr).not.toMatch(/^ {4}at /m);
  // eslint-disable-next-line no-control-regex -- nothing that a terminal would take for a command
  expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  expect({ status: run.status, stdout }).toEqual({ status, stdout: '' });
}

let stage: SandboxStage;

afterEach(() => stage.stop());

const tenMegabytes = 10 * 1024 * 1024;
const junk = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 7_919 + (index >> 3)) % 256));
const tenMegabytesOf = (part: Buffer): Buffer => Buffer.alloc(tenMegabytes, part);

describe('standard input', () => {
  beforeEach(async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['broken YAML', 'config: [unclosed\n  ipv4.address: {', /^Error: .*yaml/im],
    ['YAML with a tab as indentation', 'config:\n\tipv4.address: none\n', /^Error: .*yaml/im],
    ['a list in place of a map', '- one\n- two\n', /^Error: .*yaml/im],
    ['a word in place of a map', 'hello', /^Error: .*yaml/im],
    ['a list in place of the config', 'config:\n- one\n', /^Error: .*yaml/im],
    ['a map in place of a value', 'config:\n  ipv4.address:\n    deep: er\n', /^Error: .*yaml/im],
    ['an alias without an anchor', 'config: *nowhere\n', /^Error: .*yaml/im],
    ['binary junk', junk, /^Error: .*yaml/im],
    ['10 MB of binary junk', tenMegabytesOf(junk), /^Error: /m],
    ['10 MB of one word', tenMegabytesOf(Buffer.from('word ')), /^Error: /m],
    ['10 MB of a list', tenMegabytesOf(Buffer.from('- a\n')), /^Error: /m],
    ['aliases that multiply', `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]\n`).join('')}config: *i\n`, /^Error: /m],
  ])('refuses %s, and sends nothing', async (_, stdin, words) => {
    const run = await runCli('incus-network-create', ['web'], stage.target.env, { stdin, world: processOf(new Set()).world });

    expectOneError(run, 1, words);
    expect(stage.target.sandbox.requests().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });
});

describe('config.yml', () => {
  beforeEach(async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });
  });

  it.each<[string, string | Buffer]>([
    ['is not YAML', 'remotes: [unclosed\n'],
    ['is a list', '- one\n'],
    ['is binary junk', junk],
    ['has remotes that are no map', 'remotes: hello\n'],
    ['has a remote that is no map', 'remotes:\n  lab: hello\n'],
  ])('that %s is named', async (_, text) => {
    await writeFile(path.join(stage.target.sandbox.directory, 'config.yml'), text);

    const run = await runCli('incus-network-create', ['web'], stage.target.env, { world: processOf(new Set()).world });

    expectOneError(run, 1, /^Error: Failed to load configuration: /m);
    expect(stage.target.sandbox.requests()).toEqual([]);
  });
});

describe('a socket', () => {
  let folder: string;

  beforeEach(async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });
    folder = await mkdtemp(path.join(tmpdir(), 'incus-strange-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Reads are given up after a second and not after half a minute. */
  const impatient: Pick<World, 'connect'> = {
    connect: ({ address }) => {
      const transport = openTransport(address, 'test');
      return incusServer({
        send: (exchange) => {
          expect(exchange.timeout).toBeLessThanOrEqual(READ_TIMEOUT);
          expect(exchange.timeout).toBeGreaterThan(0);
          return transport.send({ ...exchange, timeout: 500 });
        },
        close: () => transport.close(),
      });
    },
  };

  const notStarted = /^Error: The incus daemon doesn't appear to be started \(socket path: /m;
  const closed = /^Error: .*closed the connection before it had answered/m;
  const notIncus = /^Error: .*the answer is not one of Incus/m;

  it.each<[string, StrangeServer, RegExp]>([
    ['that is not there', nothingAtAll, notStarted],
    ['that is an empty file', anEmptyFile, notStarted],
    ['that is a folder', aFolder, notStarted],
    ['that is a dangling link', aDanglingLink, notStarted],
    ['that closes at once', listening((client) => client.destroy()), closed],
    ['that closes as soon as it is asked', listening((client) => client.on('data', () => client.destroy())), closed],
    ['that answers with HTML', answering(http('<html><body>502 Bad Gateway</body></html>', { type: 'text/html', status: '502 Bad Gateway' })), notIncus],
    ['that answers with half a JSON document', answering(http('{"type":"sync","metada')), notIncus],
    ['that closes within a JSON document', answering(http('{"type":"sync","metada', { length: 500 }), { thenCloses: true }), closed],
    ['that answers with JSON of another kind', answering(http('["hello"]')), notIncus],
    ['that answers with nothing', answering(http('')), notIncus],
    ['that answers with control characters', answering(http('\u001b[2J\u0007', { type: 'text/plain' })), notIncus],
    ['that answers with an envelope and nothing in it', answering(http('{"type":"sync","status_code":200,"metadata":{}}')), notIncus],
    ['that answers with the error of another API', answering(http('{"error":{"code":404}}', { status: '404 Not Found' })), notIncus],
    ['that speaks no HTTP', answering('hello, who is there?\r\n'), /^Error: .*not HTTP/m],
    ['that speaks first, and not HTTP', listening((client) => client.write('SSH-2.0-OpenSSH_9.2\r\n')), /^Error: .*not HTTP/m],
    ['that never answers', listening(() => undefined), /^Error: .*did not answer in time/m],
    ['that answers without end', answering(`HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`), /^Error: /m],
  ])('%s gets one clear error', async (_, place, words) => {
    const socket = path.join(folder, 'unix.socket');
    const takeAway = await place(socket);

    const run = await runCli('incus-network-create', ['web'], { ...stage.target.env, INCUS_SOCKET: socket }, { world: { ...processOf(new Set()).world, ...impatient } });

    await takeAway();
    expectOneError(run, 1, words);
  });

  it('with a path that is too long gets one clear error', async () => {
    const socket = path.join(folder, 'x'.repeat(120), 'unix.socket');

    const run = await runCli('incus-network-create', ['web'], { ...stage.target.env, INCUS_SOCKET: socket }, { world: processOf(new Set()).world });

    expectOneError(run, 1, /^Error: /m);
  });
});

describe('a project', () => {
  const names = ['a&b', 'a/b', '../default', 'a%b', 'a%2Fb', `a'b`, 'a"b', 'a b', 'a?b=c', 'a#b', 'ünïcödé', '日本', '💥', 'a\nb', 'a;b', '-', '.', '..', ' '];

  it.each(names.map((name) => [JSON.stringify(name), name] as const))('called %s is asked for by that name, and nothing is sent when there is none', async (_, name) => {
    stage = await startSandboxStage({ members: 2, ovs: 'none' });

    const run = await runCli('incus-network-create', ['web', `--project=${name}`], stage.target.env, { world: processOf(new Set()).world });

    expect(run.status === 3 || run.status === 1).toBe(true);
    expectOneError(run, run.status, /^Error: /m);
    const requests = stage.target.sandbox.requests();
    expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect(decoded(requests)).toContain(name);
  });

  it.each(['a&b', 'a%b', `a'b`, 'a"b', 'a?b=c', 'a#b', 'a%2Fb', 'ünïcödé', '日本'])('that is really called %s gets its network, or the reason why not, and is clean afterwards', async (name) => {
    stage = await startSandboxStage({ members: 2, ovs: 'none' });
    stage.target.sandbox.execute(`INSERT INTO projects (id, name, description) VALUES (77, '${name.replaceAll("'", "''")}', '');
      INSERT INTO projects_config (project_id, key, value) VALUES (77, 'features.networks', 'true')`);

    const refused = await runCli('incus-network-create', ['web', `--project=${name}`], stage.target.env, { world: processOf(new Set()).world });
    const failed = await runCli('incus-network-create', ['web', `--project=${name}`, '--ignore-check=all,ovn-available'], stage.target.env, { world: processOf(new Set()).world });

    expectOneError(refused, 3, /ovn-available/);
    expectOneError(failed, 1, /^Rolled back:/m);
    expect(stage.target.sandbox.select('SELECT COUNT(*) FROM networks')).toEqual([[0]]);
  });

  it('with an empty name is the default one, as with the native client', async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });

    const run = await runCli('incus-network-create', ['web', '--project='], stage.target.env, { world: processOf(new Set()).world });

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
  });

  /** The names of the projects that were asked for by path. */
  function decoded(requests: string[]): string[] {
    return requests.flatMap((request) => {
      const [, name] = /^GET \/1\.0\/projects\/([^/?]*)$/.exec(request) ?? [];
      return name === undefined ? [] : [decodeURIComponent(name)];
    });
  }
});

describe('a network', () => {
  it.each(['a/b', '..', '.', 'a b', 'a?b', 'a%2Fb', 'ünï', '', 'x'.repeat(500), 'a\nb', '-', `a'b`])('called %j is refused before anything is sent', async (name) => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });

    const run = await runCli('incus-network-create', ['--', name], stage.target.env, { world: processOf(new Set()).world });

    expect([1, 3]).toContain(run.status);
    expectOneError(run, run.status, /^Error: /m);
    expect(stage.target.sandbox.requests().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });
});
