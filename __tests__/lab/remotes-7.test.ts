import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personOf } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

let lab: LabServer;
let admin: Person;
let restricted: Person;

const create = (person: Person, ...argv: string[]) => lab.safenet('incus-network-create', argv, { env: person.env });

/** Incus 7.0 has /internal/sql over HTTPS, for those who are not restricted. */
describe('a hidden record over HTTPS, on Incus 7.0', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'none' }, { version: '7.0' });
    await lab.createProject('test', true);
    admin = await personOf(lab, 'admin');
    restricted = await personOf(lab, 'restricted', { certificate: 'stranger', projects: ['test'] });
  });
  afterAll(() => lab.stop());

  it("is taken back with an administrator's certificate", async () => {
    const run = await create(admin, 'web', '--project', 'test', '--ignore-check', 'all,ovn-available');

    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain('Failed loading network');
    await expect(lab.select('SELECT name FROM networks')).resolves.toEqual([]);
  });

  it('stays with a restricted one, and the message has what removes it', async () => {
    const run = await create(restricted, 'web', '--project', 'test', '--ignore-check', 'all,ovn-available');

    expect(run.status).toBe(4);
    const [, statement = ''] = /incus admin sql global '(DELETE FROM networks .*)'$/m.exec(run.stderr) ?? [];
    await expect(lab.select('SELECT name FROM networks')).resolves.toEqual([['web']]);
    await lab.incus(['admin', 'sql', 'global', statement.replaceAll(`'\\''`, "'")]);
    await expect(lab.select('SELECT name FROM networks')).resolves.toEqual([]);
    await expect(lab.safenet('incus-safenet', ['recover'], { env: restricted.env })).resolves.toMatchObject({ status: 0 });
  });
});

describe('the first ovn network over HTTPS, on Incus 7.0', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'ovn' }, { version: '7.0' });
    await lab.createProject('test', true);
    admin = await personOf(lab, 'admin');
    restricted = await personOf(lab, 'restricted', { certificate: 'stranger', projects: ['test'] });
    await lab.clearRequests();
  });
  afterAll(() => lab.stop());

  const argv = ['web', '--project', 'test', 'network=none', 'ipv4.address=none', 'ipv6.address=none'];

  it('is refused with a restricted certificate: nothing proves OVN, and a failure could not be taken back', async () => {
    await expect(create(restricted, ...argv)).resolves.toMatchObject({ status: 3, stderr: expect.stringContaining('what a failure leaves could not be taken back from here') });
  });

  it("is created with an administrator's, with a warning, and nobody asked for the contents of the database", async () => {
    const run = await create(admin, ...argv);

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n', stderr: expect.stringContaining('cannot tell whether the OVN northbound database answers') });
    const dumps = (await lab.requests()).filter((request) => request.startsWith('GET /internal/sql'));
    expect(dumps).not.toEqual([]);
    for (const dump of dumps) expect(dump).toContain('dump=1');
  });
});
