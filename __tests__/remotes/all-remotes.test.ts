import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { runCli } from '../helpers/run-cli.js';
import type { CliRun } from '../helpers/run-cli.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import { pem, startTcp } from './far-side.js';

const folder = mkdtemp(path.join(os.tmpdir(), 'incus-all-'));
const ends: (() => Promise<unknown>)[] = [];
let target: SandboxTarget;
let tls: number;

/** The sandbox behind TLS, as a server over HTTPS. */
async function listen(socketPath: string): Promise<number> {
  const server = createServer({ cert: pem('server.crt'), key: pem('server.key'), minVersion: 'TLSv1.3' }, (secure) => {
    const inner = connect(socketPath);
    inner.on('error', () => secure.destroy());
    secure.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    secure.pipe(inner).pipe(secure);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A configuration with these remotes, all of which have the certificate of these tests pinned. */
async function configured(remotes: Record<string, number>, fields = ''): Promise<Record<string, string>> {
  const conf = await folder;
  await mkdir(path.join(conf, 'servercerts'), { recursive: true });
  const lines = Object.entries(remotes).map(([name, port]) => `  ${name}: {addr: "https://127.0.0.1:${port}"${fields}}\n`);
  const images = '  pictures: {addr: "https://127.0.0.1:1", protocol: simplestreams, public: true}\n';
  await writeFile(path.join(conf, 'config.yml'), `default-remote: ${Object.keys(remotes)[0]}\nremotes:\n${lines.join('')}${images}`);
  for (const name of Object.keys(remotes)) await writeFile(path.join(conf, 'servercerts', `${name}.crt`), pem('server.crt'));
  await writeFile(path.join(conf, 'client.crt'), pem('client.crt'));
  await writeFile(path.join(conf, 'client.key'), pem('client.key'));
  return { INCUS_CONF: conf, INCUS_DIR: conf, INCUS_SAFENET_STATE_DIR: path.join(conf, 'state') };
}

const doctor = async (env: Record<string, string>, ...argv: string[]): Promise<CliRun> => runCli('incus-safenet', ['doctor', '--all-remotes', ...argv], env);
const many = (count: number, name: string, port: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, port]));

describe('doctor --all-remotes', () => {
  let hanging: number;
  let dead: number;

  beforeAll(async () => {
    target = await startSandboxTarget({ members: 2, ovs: 'none' });
    await target.createProject('test', true);
    await target.request('POST', '/1.0/networks?project=test', { name: 'web', config: {}, description: '', type: '' });
    tls = await listen(target.sandbox.socketPath);
    const silent = await startTcp(() => undefined);
    ends.push(() => silent.close());
    hanging = silent.port;
    const gone = await startTcp(() => undefined);
    await gone.close();
    dead = gone.port;
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    await target.stop();
    await rm(await folder, { recursive: true, force: true });
  });

  it('looks at 20 remotes, of which 5 hang and 5 refuse, in the time of the slowest, and reports 10 in full', async () => {
    const env = await configured({ ...many(10, 'good', tls), ...many(5, 'hangs', hanging), ...many(5, 'refuses', dead) });

    const start = Date.now();
    const run = await doctor(env, '--wait', '6');
    const seconds = (Date.now() - start) / 1000;

    expect(seconds).toBeLessThan(7);
    expect(run.status).toBe(2);
    const reports = run.stdout.split(/^(?=Remote ")/m);
    expect(reports.map((report) => /^Remote "(.*)"/.exec(report)?.[1])).toEqual(Object.keys(many(10, 'good', 0)));
    for (const report of reports) expect(report).toContain('1 hidden record:');
    expect(run.stderr.match(/^Not seen: remote "hangs\d": it was not done within 6 s$/gm)).toHaveLength(5);
    expect(run.stderr.match(/^Not seen: remote "refuses\d": Get .*connection refused\]\)$/gm)).toHaveLength(5);
  });

  it('says in JSON which remote every finding is on', async () => {
    const env = await configured(many(2, 'good', tls));

    const { status, stdout } = await doctor(env, '--format', 'json');

    const { schema, findings } = JSON.parse(stdout) as { schema: string; findings: { remote: string; kind: string }[] };
    expect(status).toBe(2);
    expect(schema).toBe('incus-safenet/doctor/1');
    expect(findings.filter(({ kind }) => kind === 'hidden-record').map(({ remote }) => remote)).toEqual(['good0', 'good1']);
  });

  it('ends with 1 where nothing is found and a remote cannot be read', async () => {
    const run = await doctor(await configured({ refuses: dead }));

    expect(run).toMatchObject({ status: 1, stdout: '' });
  });

  it('takes no remote beside it', async () => {
    await expect(doctor(await configured({ good: tls }), 'good:')).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('--all-remotes looks at every remote') });
  });
});
