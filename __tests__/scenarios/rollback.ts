import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../lib/journal/schema.js';
import { journalStore } from '../../lib/journal/store.js';
import { CreateReport } from '../../lib/report/create-json.js';
import type { CliRun } from '../helpers/run-cli.js';
import type { Shape, Target } from '../helpers/target.js';
import { onSocket } from '../helpers/target.js';

/** A server, our programs run against it, and a shell on its first member. */
export interface RollbackStage {
  target: Target;
  /** The server as the journal knows it. */
  server: { remote: string; socket?: string };
  run(program: 'incus-network-create' | 'incus-safenet', argv: string[], env?: Record<string, string>): Promise<CliRun>;
  /** Runs a command line that we printed. */
  paste(line: string): Promise<{ status: number; output: string }>;
  /** The same for what an administrator has to run, who may be somebody else. */
  administer(line: string): Promise<{ status: number; output: string }>;
  /** The project that a restricted client may use; `default` until this is called. */
  mayUse(project: string): Promise<void>;
  /** Command lines of the dnsmasq processes on a member; none where there are no processes. */
  dnsmasq(member: string): Promise<string[]>;
  /** Name of the machine that our programs run on. */
  hostname: string;
  /** Folders that cannot be written to, by what is wrong with them. */
  unwritable(): Promise<Record<string, string>>;
}

/** What is left after a create that went wrong, told once for the sandbox and for real servers. */
export function describeRollback(name: string, start: (shape: Shape) => Promise<RollbackStage>, { isElsewhere, hasDatabase, isRestricted } = onSocket): void {
  /** For what has nothing to do with where the client is. */
  const anywhere: typeof it | (() => void) = isElsewhere ? () => undefined : it;
  /** For what has nothing to do with rights, and takes long. */
  const unrestricted: typeof it | (() => void) = isRestricted ? () => undefined : it;

  let stage: RollbackStage;
  const create = (...argv: string[]): Promise<CliRun> => stage.run('incus-network-create', argv);
  const recover = (...argv: string[]): Promise<CliRun> => stage.run('incus-safenet', ['recover', ...argv]);
  const posts = async (): Promise<string[]> => (await stage.target.requests()).filter((request) => request.startsWith('POST /1.0/networks'));
  const rows = (network = '%'): Promise<unknown[][]> =>
    stage.target.select(
      `SELECT networks.name, projects.name, networks.state, node_id, networks_nodes.state FROM networks JOIN projects ON projects.id = project_id LEFT JOIN networks_nodes ON network_id = networks.id WHERE networks.name LIKE '${network}' ORDER BY networks.id, node_id`,
    );
  const journal = async (): Promise<string[]> => readdir(path.join(stage.target.env.INCUS_SAFENET_STATE_DIR ?? '', 'journal')).catch(() => []);
  const post = async (query: string, network: string, config: Record<string, string> = {}): Promise<void> => {
    const answer = await stage.target.request('POST', `/1.0/networks?${query}`, { name: network, config, description: '', type: 'bridge' });
    expect(answer.status).toBe(201);
  };
  const statusOf = async (network: string): Promise<unknown> => {
    const { body } = await stage.target.request('GET', `/1.0/networks/${network}`);
    return (body.metadata as { status?: string } | null)?.status;
  };

  /** An entry as a process leaves it that died after its request. */
  async function cutOff(id: string, network: string, changes: Partial<JournalEntry> = {}): Promise<JournalEntry> {
    const { body } = await stage.target.request('GET', '/1.0');
    const { environment } = body.metadata as { environment: { certificate_fingerprint: string } };
    const request = { method: 'POST' as const, path: '/1.0/networks', body: { config: {}, description: '', name: network, type: 'bridge' } };
    const isCluster = stage.target.members.length > 1;
    const entry: JournalEntry = {
      schema: 'incus-safenet/journal/1',
      id,
      startedAt: new Date().toISOString(),
      owner: { host: stage.hostname, pid: 1, started: '1', boot: 'an earlier one' },
      server: { ...stage.server, fingerprint: environment.certificate_fingerprint, members: isCluster ? stage.target.members : [] },
      project: 'default',
      network,
      type: 'bridge',
      before: { status: 'absent', locations: [], interfaces: [] },
      steps: [
        ...stage.target.members.filter(() => isCluster).map((member) => ({ kind: 'define-pending-on-member' as const, member, request, status: 'done' as const })),
        { kind: 'create-network' as const, request, status: 'doing' as const },
      ],
      ...changes,
    };
    await journalStore(stage.target.env.INCUS_SAFENET_STATE_DIR ?? '').begin(entry);
    return entry;
  }

  /** Without the database a hidden record stays; runs the command that we printed for an administrator, and finishes. */
  async function removeAsAdministrator(text: string): Promise<void> {
    expect(text).toContain('an administrator has to run this');
    const [command = ''] = /incus admin sql global .*/.exec(text) ?? [];
    await expect(stage.administer(command)).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
    await expect(recover()).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('finished: nothing of it was left') });
  }

  const begin = (shape: Shape): void => {
    beforeAll(async () => {
      stage = await start(shape);
    });
    beforeEach(() => stage.mayUse('default'));
    afterAll(() => stage.target.stop());
  };

  describe(`a create that fails on ${name}, in a cluster without Open vSwitch`, () => {
    begin({ members: 2, ovs: 'none' });

    it('takes its hidden record back, and leaves an older one alone', async () => {
      const { target } = stage;
      await target.createProject('old', true);
      await target.createProject('test', true);
      await target.request('POST', '/1.0/networks?project=old', { name: 'test', config: {}, description: '', type: '' });
      const before = await rows();
      expect(before).not.toEqual([]);
      await stage.mayUse('test');

      const run = await create('--project=test', 'test', '--ignore-check', 'type-default,ovn-available');

      expect(run).toMatchObject({ status: hasDatabase ? 1 : 4, stdout: '' });
      expect(run.stderr).toContain('Error: Failed loading network: Failed to connect to OVN: Failed to connect to OVS');
      expect(run.stderr).toContain(hasDatabase ? 'Rolled back:' : 'The rollback did not finish:');
      if (!hasDatabase) await removeAsAdministrator(run.stderr);
      await expect(rows()).resolves.toEqual(before);
      await expect(journal()).resolves.toEqual([]);
      await expect(target.request('DELETE', '/1.0/projects/test')).resolves.toMatchObject({ status: 200 });
      const [, backup = ''] = /backed up the row: (.*)/.exec(run.stderr) ?? [];
      if (hasDatabase) await expect(readFile(backup, 'utf8')).resolves.toMatch(/^INSERT INTO networks \(.*'test'/);
    });

    it('says so in JSON, too', async () => {
      await stage.target.createProject('json', true);
      await stage.mayUse('json');

      const run = await create('--project=json', 'test', '--ignore-check', 'type-default,ovn-available', '--format', 'json');

      const report = CreateReport.parse(JSON.parse(run.stdout));
      expect(run.status).toBe(hasDatabase ? 1 : 4);
      expect(report).toMatchObject({ outcome: hasDatabase ? 'failed' : 'left-behind', rollback: { attempted: true, verified: hasDatabase } });
      if (!hasDatabase) await removeAsAdministrator(`${report.left?.[0]?.where} ${report.left?.[0]?.command}`);
    });

    it('takes back the live bridge of one member when another has an interface of that name', async () => {
      const { target } = stage;
      await target.addInterface('node2', 'web1');

      const run = await create('web1', 'ipv4.address=10.98.1.1/24', 'ipv6.address=none', '--all-members', '--ignore-check', 'interface-free');

      expect(run).toMatchObject({ status: 1, stdout: '' });
      expect(run.stderr).toMatch(/Error: .*Network interface "web1" already exists/);
      expect(run.stderr).toContain('read back: nothing of it is left');
      await expect(rows('web1')).resolves.toEqual([]);
      await expect(target.interfaces('node1')).resolves.not.toContain('web1');
      await expect(target.interfaces('node2')).resolves.toContain('web1');
      await expect(stage.dnsmasq('node1')).resolves.not.toContainEqual(expect.stringContaining('web1'));
      await expect(journal()).resolves.toEqual([]);
    });

    it('leaves definitions that were there before, and names a retry that works', async () => {
      const { target } = stage;
      await target.addInterface('node2', 'web2');
      for (const member of target.members) await post(`target=${member}`, 'web2');

      const run = await create('web2', 'ipv4.address=10.98.2.1/24', 'ipv6.address=none', '--ignore-check', 'interface-free');

      expect(run.status).toBe(4);
      expect(run.stderr).toContain('live already on node1');
      expect(run.stderr).toContain(`incus-safenet repair ${isElsewhere ? 'lab:' : ''}web2 --project default`);
      await expect(statusOf('web2')).resolves.toBe('Errored');
      await expect(journal()).resolves.toEqual([]);

      await target.removeInterface('node2', 'web2');
      const [retry = ''] = /incus network create .*/.exec(run.stderr) ?? [];
      await expect(stage.paste(retry)).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      await expect(statusOf('web2')).resolves.toBe('Created');
    });

    it('names the definitions that are missing, and a retry that makes them', async () => {
      await post('target=node1', 'web3');

      const run = await create('web3', 'ipv6.address=none', '--ignore-check', 'members-defined', '--format', 'json');

      const report = CreateReport.parse(JSON.parse(run.stdout));
      expect(run.status).toBe(4);
      expect(report).toMatchObject({ outcome: 'left-behind', error: 'Network not defined on nodes: node2' });
      await expect(statusOf('web3')).resolves.toBe('Pending');
      await expect(stage.paste(report.left?.[0]?.command ?? '')).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      await expect(statusOf('web3')).resolves.toBe('Created');
    });

    it('undoes nothing when the definition is somebody else’s', async () => {
      await post('target=node1', 'web4');

      const run = await create('web4', '--target', 'node1', '--ignore-check', 'name-free,members-defined');

      expect(run).toMatchObject({ status: 1, stdout: '' });
      expect(run.stderr).toContain('Network "web4" is already defined on member "node1"');
      await expect(statusOf('web4')).resolves.toBe('Pending');
      await expect(journal()).resolves.toEqual([]);
    });

    it('undoes nothing when the network is somebody else’s', async () => {
      for (const member of stage.target.members) await post(`target=${member}`, 'web5');
      await post('', 'web5', { 'ipv4.address': 'none', 'ipv6.address': 'none' });

      const run = await create('web5', '--ignore-check', 'name-free,members-defined');

      expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('The network is already created') });
      await expect(statusOf('web5')).resolves.toBe('Created');
    });

    it('leaves its record alone when something uses it, and says what', async () => {
      const { target } = stage;
      await target.addInterface('node2', 'web6');
      const sql = (query: string): Promise<unknown> => target.request('POST', '/internal/sql', { database: 'global', query });
      const profile = "(SELECT id FROM profiles WHERE name = 'uses')";
      await sql("INSERT INTO profiles (name, description, project_id) VALUES ('uses', '', 1)");
      await sql(`INSERT INTO profiles_devices (profile_id, name, type) VALUES (${profile}, 'eth0', 1)`);
      await sql(`INSERT INTO profiles_devices_config (profile_device_id, key, value) SELECT id, 'parent', 'web6' FROM profiles_devices WHERE profile_id = ${profile}`);
      await sql(`INSERT INTO profiles_devices_config (profile_device_id, key, value) SELECT id, 'nictype', 'bridged' FROM profiles_devices WHERE profile_id = ${profile}`);

      const run = await create('web6', 'ipv4.address=none', 'ipv6.address=none', '--all-members', '--ignore-check', 'interface-free');

      expect(run).toMatchObject({ status: 4, stdout: '' });
      expect(run.stderr).toContain('it is in use by /1.0/profiles/uses');
      await expect(statusOf('web6')).resolves.toBe('Errored');
      await expect(journal()).resolves.toHaveLength(1);

      await sql("DELETE FROM profiles WHERE name = 'uses'");
      const [command = ''] = /incus-safenet recover .*/.exec(run.stderr) ?? [];
      await expect(stage.paste(command)).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      await expect(rows('web6')).resolves.toEqual([]);
      await expect(target.interfaces('node1')).resolves.not.toContain('web6');
      await expect(target.interfaces('node2')).resolves.toContain('web6');
    });

    it('is refused after one that was cut off, until recover has taken that back', async () => {
      const { id } = await cutOff('11111111-cut-off', 'web7');
      await post('target=node1', 'web7');
      await stage.target.clearRequests();

      const refused = await create('web7', '--all-members');
      expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('journal-clean') });
      expect(refused.stderr).toContain('incus-safenet recover');
      await expect(posts()).resolves.toEqual([]);

      const first = await recover(id.slice(0, 8));
      expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('finished: taken back') });
      await expect(rows('web7')).resolves.toEqual([]);

      await expect(recover()).resolves.toMatchObject({ status: 0, stdout: 'No transaction is open.\n' });
      await expect(create('web7', '--all-members', 'ipv6.address=none')).resolves.toMatchObject({ status: 0 });
    });

    it('finishes just the transaction that recover is told', async () => {
      await cutOff('22222222-one', 'web8');
      await cutOff('33333333-other', 'web9');
      for (const network of ['web8', 'web9']) await post('target=node1', network);

      await expect(recover('2222')).resolves.toMatchObject({ status: 0 });

      await expect(rows('web8')).resolves.toEqual([]);
      await expect(rows('web9')).resolves.toHaveLength(1);
      await expect(recover('nothing')).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('no open transaction "nothing"') });
      await expect(recover()).resolves.toMatchObject({ status: 0 });
      await expect(rows('web9')).resolves.toEqual([]);
    });

    it('takes its own definition alone out of a set that somebody has added to', async () => {
      const [define, other, last] = (await cutOff('44444444-mixed', 'web10')).steps;
      if (!define || !other || !last) throw new Error('a cluster has two members');
      await recover();
      await cutOff('44444444-mixed', 'web10', { steps: [define, { ...other, status: 'failed', taken: true, error: 'already defined' }, { ...last, status: 'todo' }] });
      for (const member of stage.target.members) await post(`target=${member}`, 'web10');

      const run = await recover();

      expect(run).toMatchObject({ status: hasDatabase ? 0 : 4, stdout: expect.stringContaining(hasDatabase ? 'took back the definition on member "node1"' : 'our definition of network "web10" on node1, beside others that stay') });
      if (!hasDatabase) {
        const [command = ''] = /incus admin sql global .*/.exec(run.stdout) ?? [];
        await expect(stage.administer(command)).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
        await expect(recover()).resolves.toMatchObject({ status: 0 });
      }
      await expect(rows('web10')).resolves.toEqual([['web10', 'default', 0, 2, 0]]);
      await expect(journal()).resolves.toEqual([]);
      await expect(stage.target.request('DELETE', '/1.0/networks/web10')).resolves.toMatchObject({ status: 200 });
    });

    unrestricted('waits for a member that is down, says which, and finishes when it is back', async () => {
      const { target } = stage;
      await target.stopMember('node2');

      const run = await create('web11', 'ipv4.address=10.98.11.1/24', 'ipv6.address=none', '--all-members', '--ignore-check', 'all');

      expect(run).toMatchObject({ status: 4, stdout: '' });
      expect(run.stderr).toMatch(/the rollback has to wait until member "node2" can be reached again/);
      await expect(journal()).resolves.toHaveLength(1);
      const [command = ''] = /incus-safenet recover .*/.exec(run.stderr) ?? [];
      const early = await stage.paste(command);
      expect(early).toMatchObject({ status: 4, output: expect.stringContaining('"node2"') });

      await target.startMember('node2');
      await expect(stage.paste(command)).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      await expect(rows('web11')).resolves.toEqual([]);
      for (const member of target.members) await expect(target.interfaces(member)).resolves.not.toContain('web11');
      await expect(journal()).resolves.toEqual([]);
    }, 120_000); // a member that is gone still counts as Online for 20 s, and each question to it takes 10 s
  });

  describe(`a create that fails on ${name}, where just one member has OVN`, () => {
    begin({ members: 2, ovs: ['ovn', 'none'] });

    it('names the command that removes what the server itself cannot delete', async () => {
      await stage.target.createProject('test', true);
      await stage.mayUse('test');

      const run = await create('web', '--project', 'test', 'network=none', 'ipv4.address=none', 'ipv6.address=none', '--ignore-check', 'all,ovn-available', '--format', 'json');

      const report = CreateReport.parse(JSON.parse(run.stdout));
      expect(run.status).toBe(4);
      expect(report.left).toMatchObject([{ where: expect.stringContaining('member "node2" cannot load it'), command: expect.stringMatching(/^incus admin sql global /) }]);
      await expect(recover()).resolves.toMatchObject({ status: 4, stdout: expect.stringContaining('incus admin sql global') });
      await expect(rows('web')).resolves.toHaveLength(2);

      await expect(stage.administer(report.left?.[0]?.command ?? '')).resolves.toMatchObject({ status: 0, output: expect.not.stringContaining('Error') });
      await expect(rows('web')).resolves.toEqual([]);
      await expect(recover()).resolves.toMatchObject({ status: 0 });
      await expect(journal()).resolves.toEqual([]);
      await expect(stage.target.request('DELETE', '/1.0/projects/test')).resolves.toMatchObject({ status: 200 });
    });
  });

  describe(`a create on ${name}, on a server of its own`, () => {
    begin({ members: 1, ovs: 'none' });

    it('undoes nothing when the network is somebody else’s', async () => {
      await post('', 'web1', { 'ipv4.address': 'none', 'ipv6.address': 'none' });

      const run = await create('web1', '--ignore-check', 'name-free');

      expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Network "web1" already exists') });
      await expect(statusOf('web1')).resolves.toBe('Created');
      await expect(journal()).resolves.toEqual([]);
    });

    it('leaves an interface alone that was there before', async () => {
      const [member = ''] = stage.target.members;
      await stage.target.addInterface(member, 'web2');

      const run = await create('web2', '--ignore-check', 'interface-free');

      expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('already exists') });
      await expect(rows('web2')).resolves.toEqual([]);
      await expect(stage.target.interfaces(member)).resolves.toContain('web2');
    });

    anywhere('sends nothing when its state folder cannot be written', async () => {
      for (const [what, folder] of Object.entries(await stage.unwritable())) {
        await stage.target.clearRequests();

        const run = await stage.run('incus-network-create', ['web3'], { INCUS_SAFENET_STATE_DIR: folder });

        expect({ what, ...run }).toMatchObject({ what, status: 1, stdout: '', stderr: expect.stringMatching(/cannot (read|write) the journal in/) });
        await expect(posts()).resolves.toEqual([]);
      }
    });

    anywhere('reports files in the journal that are none of its own, leaves them alone, and goes on', async () => {
      const folder = path.join(stage.target.env.INCUS_SAFENET_STATE_DIR ?? '', 'odd');
      await mkdir(path.join(folder, 'journal'), { recursive: true });
      const files = { 'torn.json': '{"schema":"incus-sa', 'newer.json': '{"schema":"incus-safenet/journal/2"}', 'foreign.txt': 'hello' };
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, 'journal', file), text);

      const made = await stage.run('incus-network-create', ['web4', 'ipv6.address=none'], { INCUS_SAFENET_STATE_DIR: folder });
      const recovered = await stage.run('incus-safenet', ['recover'], { INCUS_SAFENET_STATE_DIR: folder });

      expect(made).toMatchObject({ status: 0, stdout: 'Network web4 created\n' });
      expect(recovered.status).toBe(1);
      for (const [file, text] of Object.entries(files)) {
        expect(made.stderr).toContain(file);
        expect(recovered.stderr).toContain(file);
        await expect(readFile(path.join(folder, 'journal', file), 'utf8')).resolves.toBe(text);
      }
      await expect(readdir(path.join(folder, 'journal'))).resolves.toEqual(Object.keys(files).sort());
    });

    it('keeps a network that is Created when recover comes to it', async () => {
      await post('', 'web5', { 'ipv4.address': 'none', 'ipv6.address': 'none' });
      await cutOff('55555555-made', 'web5');

      await expect(recover()).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('Created as asked for') });
      await expect(statusOf('web5')).resolves.toBe('Created');
      await expect(journal()).resolves.toEqual([]);
    });

    it('leaves a transaction of another machine alone, until it is told which one', async () => {
      const { id } = await cutOff('77777777-abroad', 'web7', { owner: { host: 'another', pid: 1, started: '1', boot: 'b' } });

      await expect(recover()).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('on host "another"') });
      await expect(journal()).resolves.toHaveLength(1);
      await expect(recover(id)).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('finished') });
      await expect(journal()).resolves.toEqual([]);
    });

    it('leaves a transaction open whose server is another one now', async () => {
      await cutOff('66666666-elsewhere', 'web6', { server: { ...stage.server, fingerprint: 'another' } });

      await expect(recover()).resolves.toMatchObject({ status: 5, stdout: expect.stringContaining('another server answers there now') });
      await expect(journal()).resolves.toHaveLength(1);
    });
  });
}
