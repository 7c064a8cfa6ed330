import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerWithoutSecrets, withoutSecrets } from '../../lib/incus/secrets.js';
import { runCli } from '../helpers/run-cli.js';
import { answer, pem, startFarSide } from '../remotes/far-side.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

/** What nobody must ever see in what people paste into bug reports. */
const SECRET = 'hunter2-5f1c';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('--debug', () => {
  it('shows each request and answer of a create, and no password in them', async () => {
    const target = await startSandboxTarget({ members: 2, ovs: 'none' });
    ends.push(() => target.stop());
    const secrets = ['bgp.peers.tor.address=10.9.9.9', 'bgp.peers.tor.asn=65000', `bgp.peers.tor.password=${SECRET}`, `user.api-token=${SECRET}`];

    const created = await runCli('incus-network-create', ['web', 'ipv4.address=none', 'ipv6.address=none', ...secrets, '--all-members', '--debug'], target.env, { stdin: '' });
    const again = await runCli('incus-network-create', ['web', '--debug'], target.env, { stdin: '' });

    expect({ status: created.status, again: again.status }).toEqual({ status: 0, again: 3 });
    // It was sent, and read again.
    expect((await target.request('GET', '/1.0/networks/web')).body.metadata).toMatchObject({ config: { 'bgp.peers.tor.password': SECRET } });
    expect(created.stderr).toMatch(/^DEBUG POST \/1\.0\/networks\?project=default \{.*"bgp\.peers\.tor\.password":"\(hidden\)".*\n +\d+ ms: 201 \{/m);
    expect(again.stderr).toMatch(/^DEBUG GET \/1\.0\/networks\/web.*\n +\d+ ms: 200 .*"bgp\.peers\.tor\.password":"\(hidden\)"/m);
    expect(created.stderr + again.stderr).not.toContain(SECRET);
  });

  it('shows no password among the rows that a repair backs up', async () => {
    const target = await startSandboxTarget({ members: 2, ovs: 'none' });
    ends.push(() => target.stop());
    await target.createProject('web', true);
    await target.request('POST', '/1.0/networks?project=web', { name: 'deep', type: 'ovn' });
    target.sandbox.execute(`INSERT INTO networks_config (network_id, key, value) SELECT id, 'user.password', '${SECRET}' FROM networks`);

    const repaired = await runCli('incus-safenet', ['repair', 'deep', '--project', 'web', '--yes', '--debug'], target.env, { stdin: '' });

    expect(repaired.status).toBe(0);
    expect(repaired.stderr).toMatch(/SELECT node_id, key, value FROM networks_config.*\n.*"user\.password","\(hidden\)"/);
    expect(repaired.stderr).not.toContain(SECRET);
  });

  it('shows no token of an OIDC remote, and no client key', async () => {
    const seen: (string | undefined)[] = [];
    const far = await startFarSide('server', (request, response) => {
      seen.push(request.headers.authorization);
      answer(response, 'not authorized', 403);
    });
    ends.push(() => far.close());
    const conf = await mkdtemp(path.join(os.tmpdir(), 'incus-debug-'));
    ends.push(() => rm(conf, { recursive: true }));
    await writeFile(path.join(conf, 'config.yml'), `default-remote: lab\nremotes:\n  lab: {addr: "${far.url}", auth_type: oidc}\n`);
    for (const folder of ['servercerts', 'oidctokens']) await mkdir(path.join(conf, folder));
    await writeFile(path.join(conf, 'servercerts', 'lab.crt'), pem('server.crt'));
    await writeFile(path.join(conf, 'oidctokens', 'lab.json'), JSON.stringify({ access_token: SECRET, refresh_token: SECRET }));
    await writeFile(path.join(conf, 'client.crt'), pem('client.crt'));
    await writeFile(path.join(conf, 'client.key'), pem('client.key'));

    const run = await runCli('incus-network-create', ['web', '--debug'], { INCUS_CONF: conf, INCUS_SAFENET_STATE_DIR: path.join(conf, 'state') }, { stdin: '' });

    expect(seen).toContain(`Bearer ${SECRET}`);
    expect(run.stderr).toMatch(/^DEBUG GET \/1\.0/m);
    expect(run.stderr + run.stdout).not.toMatch(new RegExp(`${SECRET}|PRIVATE KEY|[Aa]uthorization`));
  });
});

describe('a secret', () => {
  it.each([
    'bgp.peers.tor.password',
    'loki.auth.password',
    'logging.a.target.password',
    'core.trust_password',
    'openfga.api.token',
    'oidc.client.secret',
    'acme.provider.environment',
    'network.ovn.client_key',
    'ovn.client_key',
    'storage.linstor.client_key',
    'trust_token',
    'secret',
    'user.github-token',
  ])('is what stands under %s', (key) => {
    expect(JSON.stringify(withoutSecrets({ metadata: { config: { [key]: SECRET } } }))).not.toContain(SECRET);
    expect(answerWithoutSecrets(JSON.stringify({ Results: [{ columns: ['node_id', 'key', 'value'], rows: [[null, key, SECRET]] }] }))).not.toContain(SECRET);
  });

  it('is a private key, wherever it stands', () => {
    expect(JSON.stringify(withoutSecrets({ a: [`x\n${pem('client.key')}y`] }))).toBe('{"a":["x\\n(hidden)\\ny"]}');
  });

  it('may be in whatever is not JSON', () => {
    expect(answerWithoutSecrets(`<html>${SECRET}</html>`)).toBe('25 characters that are not JSON');
  });

  it('is nothing that a bug report needs', () => {
    const network = { name: 'web', config: { 'ipv4.address': '10.0.0.1/24', 'ipv6.nat': 'true', 'user.a': 'b' }, environment: { server_name: 'node1', certificate: 'x' }, api_extensions: ['certificate_token', 'network'] };

    expect(withoutSecrets(network)).toEqual(network);
  });
});
