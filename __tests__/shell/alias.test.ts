import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aliasState } from '../../lib/shell/alias.js';
import { programPath } from '../../lib/shell/program.js';
import type { CliOptions } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'safenet-alias-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const target = `${programPath('incus-network-create')} @ARGS@`;
const file = () => join(folder, 'config.yml');
const write = (text: string) => writeFileSync(file(), text);
const text = () => readFileSync(file(), 'utf8');
const cli = (line: string, options: CliOptions = {}) => runCli('incus-safenet', ['alias', ...line.split(' ')], { INCUS_CONF: folder }, { stdin: '', ...options });
const answering = (answer: boolean): CliOptions => ({ world: { stdin: { isTTY: true, read: () => Promise.resolve(Buffer.alloc(0)) }, confirm: () => Promise.resolve(answer) } });

/** As the native client of 6.0.4 writes it, with what a user may have added by hand. */
const usual = `# my servers
default-remote: lab
remotes:
  lab:
    addr: https://10.0.0.1:8443   # the one in the cellar
    auth_type: tls
    protocol: incus
    public: false
  local:
    addr: unix://
    public: false
aliases:
  # I never remember this
  ll: list -c ns4
`;

describe('alias install', () => {
  it('adds two lines, and changes nothing else', async () => {
    write(usual);

    const { status, stdout, stderr } = await cli('install');

    expect(status).toBe(0);
    expect(stdout).toContain(programPath('incus-network-create'));
    expect(stderr).toContain('incus --project x network create y    fails, and does nothing');
    expect(text()).toBe(`${usual.replace('443   #', '443 #')}  network create: ${target}\n  network add: ${target}\n`);
  });

  it('is done once', async () => {
    write(usual);
    await cli('install');
    const once = text();

    const { status } = await cli('install');

    expect({ status, text: text() }).toEqual({ status: 0, text: once });
  });

  it.each([
    ['an empty file', '', ''],
    ['an empty map', '{}\n', ''],
    ['comments only', '# nothing yet\n', '# nothing yet\n'],
    ['no aliases', 'default-remote: local\n', 'default-remote: local\n'],
    ['aliases that are null', 'default-remote: local\naliases:\n', 'default-remote: local\n'],
    ['aliases that are empty', 'default-remote: local\naliases: {}\n', 'default-remote: local\n'],
  ])('copes with %s', async (_, before, rest) => {
    write(before);

    await cli('install');

    expect(text().replace('\n\n', '\n')).toBe(`${rest}aliases:\n  network create: ${target}\n  network add: ${target}\n`);
  });

  it('starts with the native client\'s own remotes where there is no config.yml', async () => {
    await cli('install');

    expect(text()).toMatch(/^default-remote: local\nremotes:\n {2}images:\n[^]*aliases:\n {2}network create: /);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('keeps the mode, and a link', async () => {
    mkdirSync(join(folder, 'dotfiles'));
    writeFileSync(join(folder, 'dotfiles', 'incus.yml'), usual);
    chmodSync(join(folder, 'dotfiles', 'incus.yml'), 0o640);
    symlinkSync(join('dotfiles', 'incus.yml'), file());

    await cli('install');

    expect(lstatSync(file()).isSymbolicLink()).toBe(true);
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(text()).toContain(target);
    expect(readdirSync(join(folder, 'dotfiles'))).toEqual(['incus.yml']);
  });

  it("does not overwrite another program's alias unasked", async () => {
    write('aliases:\n  network create: network create --type bridge\n');

    const { status, stderr } = await cli('install');

    expect(status).toBe(1);
    expect(stderr).toBe(
      'Error: the alias "network create" is there already, and runs: network create --type bridge\n  hint:  incus-safenet alias install --yes   # replaces it\n',
    );
    expect(text()).toBe('aliases:\n  network create: network create --type bridge\n');
  });

  it.each([
    ['--yes', undefined],
    ['', answering(true)],
  ])('overwrites it with %j or a yes, and says what it was', async (flag, options) => {
    write('aliases:\n  network create: network create --type bridge\n');

    const { status } = await cli(`install ${flag}`.trim(), options);

    expect(status).toBe(0);
    expect(text()).toBe(`aliases:\n  network create: ${target}\n  network add: ${target}\n`);
  });

  it('leaves everything alone after a no', async () => {
    write('aliases:\n  network add: list\n');

    const { status } = await cli('install', answering(false));

    expect({ status, text: text() }).toEqual({ status: 1, text: 'aliases:\n  network add: list\n' });
  });

  it('takes over an alias of an older copy of ours', async () => {
    write('aliases:\n  network create: "\'/opt/my tools/bin/incus-network-create\' @ARGS@"\n');

    expect(await cli('install')).toMatchObject({ status: 0 });
    expect(text()).toContain(target);
    expect(text()).not.toContain('/opt');
  });

  it('does not touch a file that it cannot read', async () => {
    write('aliases: [\n');

    const { status, stderr } = await cli('install');

    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: Failed to load configuration/);
    expect(text()).toBe('aliases: [\n');
  });

  it('does not touch a file that it would change beyond the alias', async () => {
    write('aliases: &a\n  ll: list\nremotes:\n  <<: {}\n---\nmore: 1\n');

    expect(await cli('install')).toMatchObject({ status: 1 });
    expect(text()).toContain('more: 1');
  });
});

describe('alias remove', () => {
  it('undoes install', async () => {
    write(usual);
    await cli('install');

    const { status, stdout } = await cli('remove');

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'removed the alias "network create"\nremoved the alias "network add"\n' });
    expect(text()).toBe(usual.replace('443   #', '443 #'));
  });

  it('leaves an empty map, without which the native client of 6.0.4 crashes', async () => {
    write('{}\n');
    await cli('install');

    await cli('remove');

    expect(text()).toBe('aliases: {}\n');
  });

  it("leaves another program's alias, and says so", async () => {
    write('aliases:\n  network create: list\n');

    const { status, stdout } = await cli('remove');

    expect({ status, stdout, text: text() }).toEqual({
      status: 0,
      stdout: 'alias "network create": another program\'s, left alone: list\nalias "network add": not installed\n',
      text: 'aliases:\n  network create: list\n',
    });
  });

  it('writes no config.yml where there is none', async () => {
    await cli('remove');

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('alias status', () => {
  it.each([
    ['not installed', 1, () => undefined],
    ['installed, runs', 0, () => cli('install')],
    ["another program's", 1, () => write('aliases:\n  network create: list\n  network add: list\n')],
    ['which is not there any more', 1, () => write('aliases:\n  network create: /nowhere/incus-network-create @ARGS@\n')],
  ])('says "%s" with exit status %d', async (words, status, arrange) => {
    await Promise.resolve(arrange());

    const ended = await cli('status');

    expect(ended).toMatchObject({ status, stdout: expect.stringContaining(words) });
  });

  it('says nothing with -q', async () => {
    expect(await cli('status -q')).toEqual({ status: 1, stdout: '', stderr: '' });
  });
});

it.each(['', 'instal', 'install now'])('alias %j is bad usage, or help', async (line) => {
  const { status } = await cli(line);

  expect(status).toBe(1);
});

describe('whose alias it is', () => {
  it.each([
    ['/a/incus-network-create.js @ARGS@', '/a/incus-network-create.js'],
    ['/a/incus-network-create', '/a/incus-network-create'],
    ["'/a b/incus-network-create' @ARGS@", '/a b/incus-network-create'],
    [`'/a'\\''b/incus-network-create' @ARGS@`, "/a'b/incus-network-create"],
    ['"/a \\"b/incus-network-create" @ARGS@', '/a "b/incus-network-create'],
    ['/a/incus-safenet create @ARGS@', '/a/incus-safenet'],
  ])('%s is ours', (alias, program) => {
    expect(aliasState('network create', { 'network create': alias }, '/x')).toMatchObject({ kind: 'ours', program });
  });

  it.each(['network create', '/a/incus-safenet check @ARGS@', '/bin/sh -c incus-network-create', 'incus-network-create', ''])('%j is not', (alias) => {
    expect(aliasState('network create', { 'network create': alias }, '/x')).toMatchObject({ kind: 'foreign' });
  });
});
