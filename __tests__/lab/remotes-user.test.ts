import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import { askFor } from './api.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/** nobody: a user who may use the socket of incus-user and no other. */
const uid = 65534;
const own = `user-${uid}`;
const ownBridge = `incusbr-${uid}`;

let lab: LabServer;
let env: Record<string, string>;

const asUser = (argv: string[]): Promise<Run> => lab.exec('node1', ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...argv], { env, cwd: '/' });
const create = (...argv: string[]): Promise<Run> => asUser(lab.argvOf('incus-network-create', argv));

describe("incus-user's socket", () => {
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    const folder = dirname(lab.socket('node1'));
    for (const outer of [folder, dirname(folder), lab.folder]) chmodSync(outer, 0o755);
    const home = join(lab.folder, 'nobody');
    mkdirSync(join(home, 'incus'), { recursive: true });
    writeFileSync(join(home, 'incus', 'config.yml'), '{}\n');
    for (const path of [home, join(home, 'incus')]) chownSync(path, uid, uid);
    env = { HOME: home, INCUS_CONF: join(home, 'incus'), INCUS_SAFENET_STATE_DIR: join(home, 'state') };

    // What incus-user gives a new user a root disk from.
    await askFor(lab.socket('node1'), 'POST', '/1.0/storage-pools', { name: 'pool', driver: 'dir', description: '', config: {} });
    await askFor(lab.socket('node1'), 'PUT', '/1.0/profiles/default', { description: '', config: {}, devices: { root: { type: 'disk', path: '/', pool: 'pool' } } });
    await lab.exec('node1', ['bash', '-c', 'setsid incus-user --group nogroup </dev/null >/dev/null 2>&1 &']);
    await eventually("incus-user's socket", async () => (await asUser(['incus', 'project', 'list', '-f', 'csv', '-c', 'n'])).stdout.includes(own));
  });
  afterAll(() => lab.stop());

  it('is used by those who may not use the other one, with the project that it gives them', async () => {
    const run = await create('web', '--dry-run');

    expect(run.stderr).toContain(`project "${own}" exists`);
  });

  it('refuses what the server would refuse', async () => {
    const native = await asUser(['incus', 'network', 'create', 'web']);
    const ours = await create('web');

    expect(native).toMatchObject({ status: 1, stderr: 'Error: Network not allowed in project\n' });
    expect(ours).toMatchObject({ status: 3, stdout: '' });
    expect(ours.stderr).toContain(`project-limits   project "${own}" allows only these networks: ${ownBridge}`);
  });

  it('creates what is allowed', async () => {
    await lab.incus(['project', 'set', own, `restricted.networks.access=${ownBridge},web`]);

    await expect(create('web', 'ipv6.address=none')).resolves.toMatchObject({ status: 0, stdout: 'Network web created\n', stderr: '' });
    await expect(lab.request('GET', '/1.0/networks/web')).resolves.toMatchObject({ body: { metadata: { status: 'Created' } } });
  });
});
