import { describe, expect, it } from '@jest/globals';
import { resolveRemote } from '../../lib/remotes/resolve.js';
import { configFile, configOf, machine, remotesYaml } from './machine.js';
import type { MachineSpec } from './machine.js';

async function resolve(subject: string, spec: MachineSpec = {}, project: string | null = null) {
  const surroundings = machine(spec);
  return resolveRemote(subject, { project }, await configOf(surroundings), surroundings);
}

const certificates = {
  '/home/ann/.config/incus/client.crt': 'my certificate',
  '/home/ann/.config/incus/client.key': 'my key',
};
const lab = (fields = '', files: Record<string, string> = certificates): MachineSpec => ({
  files: { ...files, [configFile]: remotesYaml({ lab: `addr: "https://lab:8443"${fields}` }) },
});

describe('the remote and the network', () => {
  it.each([
    ['web', 'local', 'web'],
    ['local:web', 'local', 'web'],
    ['local:', 'local', ''],
    ['local:a:b', 'local', 'a:b'],
    ['lab:web', 'lab', 'web'],
    ['a/b:c', 'local', 'a/b:c'],
    ['', 'local', ''],
  ])('%j is on %j the network %j', async (subject, remote, name) => {
    const resolved = await resolve(subject, lab());

    expect(resolved).toMatchObject({ endpoint: { remote }, name });
  });

  // Seen on the native client 6.0.4.
  it.each([
    ['nope:web', 'The remote "nope" doesn\'t exist'],
    [':web', 'The remote "" doesn\'t exist'],
    ['x=y:z', 'The remote "x=y" doesn\'t exist'],
    ['images:web', "The remote isn't a private server"],
  ])('%j fails', async (subject, message) => {
    await expect(resolve(subject)).rejects.toMatchObject({ message, exitCode: 1 });
  });

  it.each(['protocol: simplestreams', 'protocol: oci', 'public: true'])('a remote with %s is no server for networks', async (fields) => {
    await expect(resolve('lab:web', lab(`, ${fields}`))).rejects.toThrow("The remote isn't a private server");
  });

  it('a default remote that does not exist is named', async () => {
    await expect(resolve('web', { files: { [configFile]: 'default-remote: gone\n' } })).rejects.toThrow('The remote "gone" doesn\'t exist');
  });
});

describe('the socket', () => {
  const user = '/var/lib/incus/unix.socket.user';

  it.each<[string, MachineSpec, string, string]>([
    ['the usual place', {}, '/var/lib/incus/unix.socket', 'default'],
    ['/run/incus, if it is there', { files: { '/run/incus/unix.socket': '' } }, '/run/incus/unix.socket', 'default'],
    ['INCUS_DIR', { env: { INCUS_DIR: '/opt/i' }, files: { '/run/incus/unix.socket': '' } }, '/opt/i/unix.socket', 'default'],
    ['INCUS_SOCKET', { env: { INCUS_DIR: '/opt/i', INCUS_SOCKET: '/tmp/s' }, writable: ['/opt/i/unix.socket.user'] }, '/tmp/s', 'default'],
    ["incus-user's, if that is the writable one", { writable: [user] }, user, 'user-1000'],
    ["the server's, if both are writable", { writable: [user, '/var/lib/incus/unix.socket'] }, '/var/lib/incus/unix.socket', 'default'],
  ])('is %s', async (_, spec, socket, project) => {
    const { endpoint } = await resolve('web', spec);

    expect(endpoint).toMatchObject({ address: { kind: 'unix', socket }, project });
  });

  it.each([
    ['unix:///srv/incus.socket', '/srv/incus.socket'],
    ['unix:/srv/incus.socket', '/srv/incus.socket'],
    ['unix:', '/tmp/s'],
    ['unix://', '/tmp/s'],
  ])('of a remote at %s is %s', async (addr, socket) => {
    const { endpoint } = await resolve('mine:web', { files: { [configFile]: remotesYaml({ mine: `addr: "${addr}"` }) }, env: { INCUS_SOCKET: '/tmp/s' } });

    expect(endpoint.address).toEqual({ kind: 'unix', socket });
  });
});

describe('the project', () => {
  it.each<[string | null, Record<string, string>, string, string, string]>([
    ['flag', { INCUS_PROJECT: 'env' }, 'remote', 'flag', 'flag'],
    ['default', { INCUS_PROJECT: 'env' }, 'remote', 'default', 'flag'],
    ['', { INCUS_PROJECT: 'env' }, 'remote', 'env', 'environment'],
    [null, { INCUS_PROJECT: 'env' }, 'remote', 'env', 'environment'],
    [null, { INCUS_PROJECT: '' }, 'remote', 'remote', 'remote'],
    [null, {}, 'default', 'default', 'remote'],
    [null, {}, '', 'default', 'default'],
  ])('with --project %j, %j and the remote\'s project %j is %j, by the %s', async (flag, env, remote, project, projectFrom) => {
    const spec = { ...lab(remote === '' ? '' : `, project: ${remote}`), env };

    const { endpoint } = await resolve('lab:web', spec, flag);

    expect(endpoint).toMatchObject({ project, projectFrom });
  });

  it.each<[string | null, string, string, string]>([
    [null, '', 'user-1000', 'user-socket'],
    [null, 'default', 'user-1000', 'user-socket'],
    [null, 'web', 'web', 'remote'],
    ['flag', 'web', 'flag', 'flag'],
  ])('on the socket of incus-user with --project %j and local\'s project %j is %j, by the %s', async (flag, own, project, projectFrom) => {
    const spec = { writable: ['/var/lib/incus/unix.socket.user'], files: { [configFile]: remotesYaml({ local: `project: "${own}"` }) } };

    const { endpoint } = await resolve('web', spec, flag);

    expect(endpoint).toMatchObject({ project, projectFrom });
  });
});

describe('an HTTPS remote', () => {
  it('is reached with the client certificate beside config.yml and the pinned server certificate', async () => {
    const files = { ...certificates, '/home/ann/.config/incus/servercerts/lab.crt': 'theirs', '/home/ann/.config/incus/client.ca': 'the CA' };

    const { endpoint } = await resolve('lab:web', lab('', files));

    expect(endpoint.address).toEqual({
      kind: 'https',
      remote: 'lab',
      urls: ['https://lab:8443'],
      acceptance: 'incus remote remove lab && incus remote add lab https://lab:8443',
      clientCertificate: 'my certificate',
      clientKey: 'my key',
      ca: 'the CA',
      serverCertificate: 'theirs',
    });
  });

  it('may have a client certificate of its own, if both halves are there', async () => {
    const own = { '/home/ann/.config/incus/clientcerts/lab.crt': 'its certificate', '/home/ann/.config/incus/clientcerts/lab.key': 'its key' };
    const half = { '/home/ann/.config/incus/clientcerts/lab.crt': 'its certificate' };

    expect((await resolve('lab:web', lab('', { ...certificates, ...own }))).endpoint.address).toMatchObject({ clientKey: 'its key' });
    expect((await resolve('lab:web', lab('', { ...certificates, ...half }))).endpoint.address).toMatchObject({ clientCertificate: 'my certificate' });
  });

  it.each([
    ['as the default remote', '', 'default-remote: lab\n', 'incus remote switch local && incus remote remove lab && incus remote add lab https://lab:8443 && incus remote switch lab'],
    ['with a project', ', project: "my web"', '', "incus remote remove lab && incus remote add lab https://lab:8443 --project 'my web'"],
    ['with OIDC', ', auth_type: oidc', '', 'incus remote remove lab && incus remote add lab https://lab:8443 --auth-type oidc'],
  ])('%s can be added again with another certificate', async (_, fields, rest, acceptance) => {
    const files = { ...certificates, [configFile]: remotesYaml({ lab: `addr: "https://lab:8443"${fields}` }, rest) };

    expect((await resolve('lab:web', { files })).endpoint.address).toMatchObject({ acceptance });
  });

  it('from the global configuration has its server certificate there, too', async () => {
    const files = {
      ...certificates,
      [configFile]: 'remotes: {}\n',
      '/etc/incus/config.yml': remotesYaml({ lab: 'addr: "https://lab:8443/"' }),
      '/etc/incus/servercerts/lab.crt': 'global',
      '/home/ann/.config/incus/servercerts/lab.crt': 'own',
    };

    const { endpoint } = await resolve('lab:web', { files });

    expect(endpoint.address).toMatchObject({ urls: ['https://lab:8443'], serverCertificate: 'global' });
    expect(endpoint.address).not.toHaveProperty('acceptance');
  });

  it.each([
    ['neither', {}],
    ['no key', { '/home/ann/.config/incus/client.crt': 'x' }],
    ['no certificate', { '/home/ann/.config/incus/client.key': 'x' }],
  ])('fails with %s', async (_, files) => {
    await expect(resolve('lab:web', lab('', files))).rejects.toThrow('Missing TLS client certificate and key');
  });

  it('with OIDC takes the stored token, and no client certificate', async () => {
    const files = { '/home/ann/.config/incus/oidctokens/lab.json': '{"access_token":"abc","refresh_token":"r"}' };

    const { endpoint } = await resolve('lab:web', lab(', auth_type: oidc', files));

    expect(endpoint.address).toEqual({
      kind: 'https',
      remote: 'lab',
      urls: ['https://lab:8443'],
      acceptance: expect.stringContaining('--auth-type oidc'),
      bearer: 'abc',
      tokenFile: '/home/ann/.config/incus/oidctokens/lab.json',
    });
  });

  it.each(['{}', 'null', '[]', '{"access_token":""}', '{"access_token":1}'])('with OIDC and no token in %j has an empty one', async (content) => {
    const files = { '/home/ann/.config/incus/oidctokens/lab.json': content };

    expect((await resolve('lab:web', lab(', auth_type: oidc', files))).endpoint.address).toMatchObject({ bearer: '' });
  });

  it('with OIDC tokens that are no JSON fails, and says how to log in', async () => {
    const files = { '/home/ann/.config/incus/oidctokens/lab.json': '{"access' };

    await expect(resolve('lab:web', lab(', auth_type: oidc', files))).rejects.toMatchObject({
      message: 'cannot read the OIDC tokens of remote "lab": the file is no JSON',
      hint: expect.stringContaining('incus list lab:'),
    });
  });

  it('trusts what the system trusts, unless there is a client.ca', async () => {
    const bundle = { '/etc/ssl/certs/ca-certificates.crt': 'the system', '/opt/ca.pem': 'chosen' };
    const withCa = { '/home/ann/.config/incus/client.ca': 'the CA' };

    expect((await resolve('lab:web', lab('', { ...certificates, ...bundle }))).endpoint.address).toMatchObject({ systemTrust: 'the system' });
    expect((await resolve('lab:web', { ...lab('', { ...certificates, ...bundle }), env: { SSL_CERT_FILE: '/opt/ca.pem' } })).endpoint.address).toMatchObject({ systemTrust: 'chosen' });
    expect((await resolve('lab:web', lab('', { ...certificates, ...bundle, ...withCa }))).endpoint.address).not.toHaveProperty('systemTrust');
  });

  it.each<[Record<string, string>, object]>([
    [{ HTTPS_PROXY: 'http://proxy:3128', no_proxy: '.example' }, { https: 'http://proxy:3128', http: '', none: '.example' }],
    [{ https_proxy: 'lower', HTTPS_PROXY: 'upper' }, { https: 'upper', http: '', none: '' }],
  ])('is reached by the proxies of %j', async (env, proxies) => {
    expect((await resolve('lab:web', { ...lab(), env })).endpoint.address).toMatchObject({ proxies });
  });

  it.each([
    ['1', true],
    ['true', true],
    ['no', undefined],
    ['', undefined],
  ])('with INCUS_INSECURE_TLS=%s: TLS 1.2 is allowed: %s', async (INCUS_INSECURE_TLS, allowsTls12) => {
    expect((await resolve('lab:web', { ...lab(), env: { INCUS_INSECURE_TLS } })).endpoint.address).toHaveProperty('kind', 'https');
    expect(((await resolve('lab:web', { ...lab(), env: { INCUS_INSECURE_TLS } })).endpoint.address as { allowsTls12?: boolean }).allowsTls12).toBe(allowsTls12);
  });

  it.each(['', 'lab:8443', 'http://lab:8443', 'https://'])('cannot be at %j', async (addr) => {
    const spec = { files: { ...certificates, [configFile]: remotesYaml({ lab: `addr: "${addr}"` }) } };

    await expect(resolve('lab:web', spec)).rejects.toThrow(/^cannot use remote "lab"/);
  });
});
