import { createServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerText } from '../../lib/shell/answer.js';
import type { Question } from '../../lib/shell/question.js';
import { runCli } from '../helpers/run-cli.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

let cluster: SandboxTarget;
beforeAll(async () => {
  cluster = await startSandboxTarget({ members: 2, ovs: 'none' });
  await cluster.createProject('web', true);
  await cluster.request('POST', '/1.0/networks?project=default&target=node1', { name: 'lan', type: 'bridge', config: {}, description: '' });
});
afterAll(() => cluster.stop());

/** Suggestions without their descriptions, and the directive. */
async function completions(words: string[], env: Record<string, string> = {}, program: 'incus-safenet' | 'incus-network-create' = 'incus-safenet') {
  const { status, stdout, stderr } = await runCli(program, ['__complete', ...words], { ...cluster.env, ...env }, { stdin: '' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return { words: lines.slice(0, -1).map((line) => line.split('\t')[0]), directive: lines.at(-1) };
}

describe('completion', () => {
  it.each([
    [[''], ['create', 'check', 'doctor', 'repair', 'recover', 'shell-init', 'alias', 'completion', 'help']],
    [['help', 'che'], ['check']],
    [['--project', 'web', 'che'], ['check']],
    [['create', ''], ['local:']],
    [['create', 'x', '--dr'], ['--dry-run']],
    [['add', 'x', '--dr'], ['--dry-run']],
    [['create', '--project', ''], ['default', 'web']],
    [['create', '--project=w'], ['--project=web']],
    [['create', 'x', '--target', 'node'], ['node1', 'node2']],
    [['create', 'local:x', '--target=node2'], ['--target=node2']],
    [['create', 'x', '-t', ''], ['bridge', 'macvlan', 'sriov', 'ovn', 'physical']],
    [['create', '--format', ''], ['text', 'json']],
    [['create', 'x', '--ignore-check', 'name-'], ['name-valid', 'name-free']],
    [['create', 'x', '--ignore-check', 'all,name-valid,name-'], ['all,name-valid,name-free']],
    [['create', 'x', 'ipv4.a'], ['ipv4.address=']],
    [['create', 'x', 'ipv4.address=none', 'ipv4.a'], []],
    [['create', 'x', 'ipv4.address='], ['ipv4.address=auto', 'ipv4.address=none']],
    [['create', 'x', 'ipv4.nat=t'], ['ipv4.nat=true']],
    [['create', 'x', 'bridge.driver='], ['bridge.driver=native', 'bridge.driver=openvswitch']],
    [['create', 'x', 'tun'], ['tunnel.']],
    [['create', 'x', '--type', 'macvlan', ''], ['parent=', 'mtu=', 'vlan=', 'gvrp=', 'user.']],
    [['create', 'x', '--type', 'ovn', 'network='], ['network=lan']],
    [['create', '--project', 'web', 'x', 'net'], ['network=']],
    [['create', 'x', '--member-config', ''], ['node1:', 'node2:']],
    [['create', 'x', '--type', 'macvlan', '--member-config', 'node1:'], ['node1:parent=']],
    [['create', 'x', '--description', ''], []],
    [['create', '--', '--dr'], []],
    [['alias', ''], ['install', 'remove', 'status']],
    [['shell-init', ''], ['bash', 'zsh', 'fish']],
    [['doctor', ''], ['local:']],
    [['repair', 'l'], ['lan', 'local:']],
    [['repair', 'local:'], ['local:lan']],
    [['nonsense', ''], []],
    [[], []],
  ])('of %j has %j', async (given, expected) => {
    const { words } = await completions(given);

    expect(words).toEqual(expect.arrayContaining(expected));
    if (given.length > 0 && !(given.length === 1 && given[0] === '')) expect(words).toHaveLength(expected.length);
  });

  it('knows the keys of the type that the server will take', async () => {
    const bridge = await completions(['create', 'x', '']);
    const ovn = await completions(['create', 'x', '--project', 'web', '']);

    expect(bridge.words).toContain('bridge.driver=');
    expect(ovn.words).toContain('network=');
    expect(ovn.words).not.toContain('bridge.driver=');
  });

  it('leaves no space where more is to be typed', async () => {
    expect(await completions(['create', 'lo'])).toMatchObject({ directive: ':6' });
    expect(await completions(['create', '--project', 'w'])).toMatchObject({ directive: ':4' });
  });

  it('of incus-network-create is that of create', async () => {
    expect(await completions(['x', '--member-c'], {}, 'incus-network-create')).toMatchObject({ words: ['--member-config'] });
  });

  it('through an alias of Incus takes the first word for the one that is being typed, and creates nothing', async () => {
    const { words } = await completions(['ipv4.address=', 'foo', '--type', 'bridge'], { INCUS_ALIASES: '1' }, 'incus-network-create');

    expect(words).toEqual(['ipv4.address=auto', 'ipv4.address=none']);
    expect((await cluster.request('GET', '/1.0/networks')).body.metadata).not.toContain('/1.0/networks/__complete');
  });
});

describe('a completion that cannot know', () => {
  it('is silent without a server', async () => {
    expect(await completions(['create', '--project', ''], { INCUS_SOCKET: '/nowhere/unix.socket' })).toEqual({ words: [], directive: ':4' });
  });

  it('is silent about a config.yml that is broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'safenet-broken-'));
    writeFileSync(join(folder, 'config.yml'), 'remotes: [\n');

    expect(await completions(['create', ''], { INCUS_CONF: folder })).toEqual({ words: [], directive: ':4' });
    rmSync(folder, { recursive: true });
  });

  it('still has the keys that we know ourselves', async () => {
    const { words } = await completions(['create', 'x', 'bridge.d'], { INCUS_SOCKET: '/nowhere/unix.socket' });

    expect(words).toEqual(['bridge.driver=']);
  });

  it('gives up on a server that does not answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'safenet-mute-'));
    const mute = createServer(() => undefined).listen(join(folder, 'socket'));
    const start = Date.now();

    const { words } = await completions(['create', '--project', ''], { INCUS_SOCKET: join(folder, 'socket') });

    expect(words).toEqual([]);
    expect(Date.now() - start).toBeLessThan(2_000);
    mute.close();
    rmSync(folder, { recursive: true });
  });

  it('asks for no password', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'safenet-key-'));
    writeFileSync(join(folder, 'config.yml'), 'default-remote: far\nremotes:\n  far:\n    addr: https://127.0.0.1:1\n    protocol: incus\n');
    writeFileSync(join(folder, 'client.crt'), 'x');
    writeFileSync(join(folder, 'client.key'), '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');

    expect(await completions(['create', '--project', ''], { INCUS_CONF: folder })).toEqual({ words: [], directive: ':4' });
    rmSync(folder, { recursive: true });
  });
});

it('offers nothing that a shell would run', () => {
  const question: Question = { fragment: '', prefix: '', wants: null, subject: '', pairs: [], project: '', type: '' };

  const text = answerText(question, [{ word: '$(reboot)' }, { word: 'a;b' }, { word: 'fine', describe: 'two\nlines' }, { word: 'a b' }]);

  expect(text).toBe('fine\ttwo lines\n:4\n');
});
