import { describe, expect, it } from '@jest/globals';
import { configFile, configOf, machine, remotesYaml } from './machine.js';
import type { MachineSpec } from './machine.js';

const read = (spec: MachineSpec) => configOf(machine(spec));
const home = { '/home/ann/.profile': '' };

describe('where config.yml is', () => {
  it.each<[string, MachineSpec, string | null]>([
    ['below HOME', { files: home }, '/home/ann/.config/incus'],
    ['in INCUS_CONF', { files: home, env: { INCUS_CONF: '/etc/mine' } }, '/etc/mine'],
    ['in INCUS_CONF without its dots and slashes', { env: { INCUS_CONF: '/etc//mine/../x/' } }, '/etc/x'],
    ['in INCUS_CONF with its variables', { env: { INCUS_CONF: '/etc/$WHO/${WHO}x$NONE', WHO: 'me' } }, '/etc/me/mex'],
    ['nowhere when HOME does not exist', { files: {} }, null],
    ['nowhere when HOME is empty', { files: home, env: { HOME: '' } }, null],
  ])('%s', async (_, spec, folder) => {
    expect((await read(spec)).folder).toBe(folder);
  });
});

describe('config.yml', () => {
  it('may be missing: then there are local and images', async () => {
    const { defaultRemote, remotes } = await read({ files: home });

    expect(defaultRemote).toBe('local');
    expect([...remotes.keys()].sort()).toEqual(['images', 'local']);
    expect(remotes.get('local')).toMatchObject({ addresses: ['unix://'], protocol: 'incus', public: false });
    expect(remotes.get('images')).toMatchObject({ protocol: 'simplestreams', public: true });
  });

  it('when missing, INCUS_REMOTE and the global remotes are not looked at', async () => {
    const { defaultRemote, remotes } = await read({
      files: { ...home, '/etc/incus/config.yml': remotesYaml({ lab: 'addr: "https://lab:8443"' }) },
      env: { INCUS_REMOTE: 'lab' },
    });

    expect(defaultRemote).toBe('local');
    expect(remotes.has('lab')).toBe(false);
  });

  it('has local, and only the remotes that it names', async () => {
    const { remotes } = await read({ files: { [configFile]: remotesYaml({ lab: 'addr: "https://lab:8443"' }) } });

    expect([...remotes.keys()].sort()).toEqual(['lab', 'local']);
    expect(remotes.get('lab')).toEqual({
      addresses: ['https://lab:8443'],
      authType: 'tls',
      project: '',
      protocol: 'incus',
      public: false,
      global: false,
    });
  });

  it('cannot say what local is, but may say its project', async () => {
    const { remotes } = await read({ files: { [configFile]: remotesYaml({ local: 'addr: "https://x", public: true, project: web' }) } });

    expect(remotes.get('local')).toMatchObject({ addresses: ['unix://'], public: false, project: 'web' });
  });

  it.each([
    ['https://a:1,https://b:2', '', ['https://a:1', 'https://b:2']],
    ['https://a:1, https://b:2 ,https://c:3', 'https://b:2', ['https://b:2', 'https://c:3', 'https://a:1']],
    ['https://a:1,https://b:2', 'https://gone:3', ['https://a:1', 'https://b:2']],
  ])('with the addresses %j and the last working one %j tries %j', async (addr, last, addresses) => {
    const { remotes } = await read({ files: { [configFile]: remotesYaml({ lab: `addr: "${addr}", last_working_address: "${last}"` }) } });

    expect(remotes.get('lab')?.addresses).toEqual(addresses);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['nothing', '', {}, 'local'],
    ['default-remote', 'default-remote: lab\n', {}, 'lab'],
    ['INCUS_REMOTE', 'default-remote: lab\n', { INCUS_REMOTE: 'other' }, 'other'],
    ['an empty INCUS_REMOTE', 'default-remote: lab\n', { INCUS_REMOTE: '' }, 'lab'],
  ])('the default remote is chosen by %s', async (_, yaml, env, expected) => {
    const { defaultRemote } = await read({ files: { [configFile]: `${yaml}aliases: {}\n` }, env });

    expect(defaultRemote).toBe(expected);
  });

  it.each([
    ['/etc/incus/config.yml', {}],
    ['/opt/incus/config.yml', { INCUS_GLOBAL_CONF: '/opt/incus' }],
  ])('is completed by %s, and wins over it', async (global, env) => {
    const { remotes } = await read({
      files: {
        [configFile]: remotesYaml({ lab: 'addr: "https://mine"' }),
        [global]: remotesYaml({ lab: 'addr: "https://theirs"', company: 'addr: "https://company"' }),
      },
      env,
    });

    expect(remotes.get('lab')).toMatchObject({ addresses: ['https://mine'], global: false });
    expect(remotes.get('company')).toMatchObject({ addresses: ['https://company'], global: true });
  });

  // Seen on the native client 6.0.4.
  it.each([
    ['a: [\n', 'yaml: line 1: did not find expected node content'],
    ['- a\n', 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into cliconfig.Config'],
    ['remotes: [a]\n', 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]cliconfig.Remote'],
    ['remotes:\n  x:\n    addr: https://127.0.0.1:1\n    public: maybe\n', 'yaml: unmarshal errors:\n  line 4: cannot unmarshal !!str `maybe` into bool'],
    ['\0\x01binary', 'yaml: control characters are not allowed'],
  ])('that reads %j fails as with the native client', async (text, problem) => {
    await expect(read({ files: { [configFile]: text } })).rejects.toMatchObject({
      message: `Failed to load configuration: Unable to decode the configuration: ${problem}`,
      exitCode: 1,
    });
  });

  it.each([
    ['EISDIR: illegal operation on a directory, read', `read ${configFile}: is a directory`],
    [`EACCES: permission denied, open '${configFile}'`, `open ${configFile}: permission denied`],
  ])('that cannot be read (%s) fails as with the native client', async (text, problem) => {
    await expect(read({ files: { [configFile]: new Error(text) } })).rejects.toMatchObject({
      message: `Failed to load configuration: Unable to read the configuration file: ${problem}`,
    });
  });

  it('fails when the global file is no YAML, not when it cannot be read', async () => {
    const files = { [configFile]: 'remotes: {}\n' };

    await expect(read({ files: { ...files, '/etc/incus/config.yml': '[' } })).rejects.toThrow('Failed to load configuration: Unable to decode');
    await expect(read({ files: { ...files, '/etc/incus/config.yml': new Error('EACCES: permission denied, open') } })).resolves.toBeDefined();
  });
});
