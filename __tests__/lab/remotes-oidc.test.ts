import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { askFor } from './api.js';
import { personOf } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

const providerProgram = fileURLToPath(new URL('../remotes/provider.mjs', import.meta.url));

interface Login {
  access_token: string;
  refresh_token: string;
}

let lab: LabServer;
let ann: Person;
let issuer: string;

async function provider<T>(what: string): Promise<T> {
  const script = `console.log(await (await fetch('${issuer}/test/${what}', { method: 'POST' })).text())`;
  const { stdout } = await lab.exec('node1', [process.execPath, '--input-type=module', '-e', script]);
  return JSON.parse(stdout) as T;
}

const tokensFile = (): string => path.join(ann.env.INCUS_CONF, 'oidctokens', 'lab.json');
const tokens = async (): Promise<Login> => JSON.parse(await readFile(tokensFile(), 'utf8')) as Login;
const create = (...argv: string[]) => lab.safenet('incus-network-create', argv, { env: ann.env });
/** As Go writes it. */
const keep = (login: Login) => ann.write('oidctokens/lab.json', JSON.stringify({ ...login, token_type: 'Bearer', expiry: '2020-01-01T00:00:00Z', IDTokenClaims: null, IDToken: '' }));

describe('a remote with OIDC, against a real provider', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    ann = await personOf(lab, 'ann');
    const running = lab.spawn([process.execPath, providerProgram, '127.0.0.1', '9555']);
    const [line] = (await once(running.stdout as NonNullable<typeof running.stdout>, 'data')) as [Buffer];
    issuer = line.toString().trim();
    await askFor(lab.socket('node1'), 'PATCH', '/1.0', { config: { 'oidc.issuer': issuer, 'oidc.client.id': 'incus' } });
    await ann.configure({ auth_type: 'oidc' });
  });
  afterAll(() => lab.stop());

  it('says how to log in where nobody has', async () => {
    const run = await create('web');

    expect(run).toMatchObject({ status: 1, stdout: '', stderr: 'Error: cannot log in to remote "lab": nobody has logged in yet\n  hint:  incus list lab:   # logs in\n' });
  });

  it('creates with the token that is stored', async () => {
    await keep(await provider<Login>('login'));

    await expect(create('web', 'ipv6.address=none')).resolves.toMatchObject({ status: 0, stdout: 'Network web created\n', stderr: '' });
    await expect(provider('grants')).resolves.toEqual([]);
  });

  it('renews a token that has run out, and keeps the new one for the native client', async () => {
    const old = await provider<Login>('login?seconds=1');
    await keep(old);
    await new Promise((resolve) => setTimeout(resolve, 1_300));

    const run = await create('later', 'ipv6.address=none');

    expect(run).toMatchObject({ status: 0, stdout: 'Network later created\n', stderr: '' });
    await expect(provider('grants')).resolves.toEqual(['refresh_token']);
    expect((await tokens()).access_token).not.toBe(old.access_token);
    expect((await stat(tokensFile())).mode & 0o777).toBe(0o600);
    const native = await lab.incus(['network', 'list', '-f', 'csv', '-c', 'n'], { env: ann.env });
    expect(native).toMatchObject({ status: 0, stdout: expect.stringContaining('later') });
    await expect(provider('grants')).resolves.toEqual([]);
  });

  it('takes over what the native client has renewed', async () => {
    const login = await provider<Login>('login?seconds=1');
    await keep(login);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    const native = await lab.incus(['network', 'list', '-f', 'csv'], { env: ann.env });

    const run = await create('third', 'ipv6.address=none');

    expect(native).toMatchObject({ status: 0 });
    expect(run).toMatchObject({ status: 0, stdout: 'Network third created\n' });
    await expect(provider('grants')).resolves.toEqual(['refresh_token']);
  });

  it('says how to log in when the provider has taken the login back', async () => {
    await keep(await provider<Login>('login?seconds=1'));
    await provider('forget');
    await new Promise((resolve) => setTimeout(resolve, 1_300));

    const run = await create('never');

    expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^Error: cannot log in to remote "lab": the login has expired \(.*\)\n {2}hint: {2}incus list lab: {3}# logs in\n$/) });
    await expect(lab.request('GET', '/1.0/networks/never')).resolves.toMatchObject({ status: 404 });
  });
});
