import { afterEach, describe, expect, it } from '@jest/globals';
import { DoctorReport } from '../../lib/report/doctor-json.js';
import type { CliRun } from '../helpers/run-cli.js';
import type { Shape, Target } from '../helpers/target.js';
import { onSocket } from '../helpers/target.js';

/** A server, and our program and the native client run against it. */
export interface DoctorStage {
  target: Target;
  safenet(argv: string[]): Promise<CliRun>;
  /** `incus network create`, whatever comes of it. */
  nativeCreate(argv: string[]): Promise<void>;
  /** Runs a command that the program showed, in a shell. */
  shell(command: string): Promise<void>;
  /** The same as an administrator, who may be somebody else. */
  administer(command: string): Promise<void>;
  /** The project that a restricted client may use; `default` until this is called. */
  mayUse(project: string): Promise<void>;
}

const noAddresses = { 'ipv4.address': 'none', 'ipv6.address': 'none' };

/** What `doctor` and `repair` do, told once for the sandbox and for real servers. */
export function describeDoctor(name: string, start: (shape: Shape) => Promise<DoctorStage>, { isElsewhere, hasDatabase, isRestricted } = onSocket): void {
  const remote = isElsewhere ? 'lab' : 'local';
  const prefix = isElsewhere ? 'lab:' : '';
  /** What a client that may not see all of a cluster is told, after each answer. */
  const notSeen = (...projects: string[]): string =>
    [
      ...(isRestricted ? [`Not seen: this connection may see only ${projects.map((project) => `project "${project}"`).join(' and ')}; other projects were not looked at\n`] : []),
      ...(hasDatabase ? [] : ['Not seen: the database cannot be read over this connection, so a network that is Created was not compared with its members\n']),
    ].join('');
  /** For those who may use the database, and for those who may not. */
  const withDatabase: typeof it | (() => void) = hasDatabase ? it : () => undefined;
  const withoutDatabase: typeof it | (() => void) = hasDatabase ? () => undefined : it;

  let stage: DoctorStage;
  const begin = async (shape: Shape): Promise<DoctorStage> => {
    stage = await start(shape);
    return stage;
  };
  const examine = async (...argv: string[]): Promise<{ status: number; records: string[]; report: DoctorReport }> => {
    const { status, stdout } = await stage.safenet(['doctor', '--format', 'json', ...argv]);
    const report = DoctorReport.parse(JSON.parse(stdout));
    const records = report.findings.filter(({ kind }) => kind.endsWith('-record'));
    return { status, report, records: records.map(({ kind, project, network }) => `${kind} ${project}/${network}`).sort() };
  };
  const post = (query: string, body: object) => stage.target.request('POST', `/1.0/networks?${query}`, body);
  const healthy = async (count: number): Promise<void> => {
    const { target } = stage;
    for (let index = 0; index < count; index++) {
      const body = { name: `ok${index}`, config: {}, description: '', type: 'bridge' };
      for (const member of target.members.length > 1 ? target.members : []) await post(`target=${member}`, body);
      expect((await post('project=default', { ...body, config: noAddresses })).body.error).toBe('');
    }
  };
  const rowsOf = (pattern: string) =>
    stage.target.select(
      `SELECT n.id, n.project_id, n.name, n.description, n.state, n.type, m.node_id, m.state, c.node_id, c.key, c.value FROM networks n
       LEFT JOIN networks_nodes m ON m.network_id = n.id LEFT JOIN networks_config c ON c.network_id = n.id
       WHERE n.name ${pattern} ORDER BY n.id, m.node_id, c.key`.replace(/\s+/g, ' '),
    );

  describe(`doctor and repair on ${name}`, () => {
    afterEach(() => stage.target.stop());

    withDatabase('finds five broken records beside ten sound networks, removes just those, and can put them back', async () => {
      const { target, nativeCreate, safenet, administer } = await begin({ members: 2, ovs: 'none' });
      for (const project of projects) await createProject(target, project);
      for (const project of projects.slice(0, 3)) await nativeCreate(['network', 'create', `zombie-${project}`, '--project', project]);
      await post('target=node1', { name: 'pending', config: {}, type: 'bridge' });
      await breakBridge(target);
      await healthy(10);
      const broken = ['errored-record default/errored', ...projects.slice(0, 3).map((project) => `hidden-record ${project}/zombie-${project}`), 'pending-record default/pending'];
      const soundBefore = await rowsOf(`LIKE 'ok%'`);
      const brokenBefore = await rowsOf(`NOT LIKE 'ok%'`);

      const found = await examine();
      const repaired = await safenet(['repair', '--all', '--yes']);
      const after = await examine();

      expect(found).toMatchObject({ status: 2, records: broken });
      expect(repaired).toMatchObject({ status: 0, stderr: '' });
      expect(after.records).toEqual([]);
      expect(soundBefore.length).toBeGreaterThanOrEqual(40);
      await expect(rowsOf(`LIKE 'ok%'`)).resolves.toEqual(soundBefore);
      await expect(rowsOf(`NOT LIKE 'ok%'`)).resolves.toEqual([]);
      // The interface that stood in the way of the errored bridge is not Incus's.
      await expect(target.interfaces('node2')).resolves.toContain('errored');
      await expect(target.interfaces('node1')).resolves.not.toContain('errored');

      const [, where = '', restore = ''] = /To put back what was removed:\n {2}(on a cluster member, with those files: )?(.*)\n/.exec(repaired.stdout) ?? [];
      expect(where !== '').toBe(isElsewhere);
      await administer(restore);

      await expect(rowsOf(`NOT LIKE 'ok%'`)).resolves.toEqual(brokenBefore);
      await expect(examine()).resolves.toMatchObject({ records: broken });

      await expect(safenet(['repair', '--all', '--yes'])).resolves.toMatchObject({ status: 0 });
      for (const project of projects) await expect(target.request('DELETE', `/1.0/projects/${project}`)).resolves.toMatchObject({ status: 200 });
      await expect(rowsOf(`LIKE 'ok%'`)).resolves.toEqual(soundBefore);
    });

    withoutDatabase('finds three broken records beside a sound network, and removes those that the server can load', async () => {
      const { target, nativeCreate, safenet, administer, mayUse } = await begin({ members: 2, ovs: 'none' });
      await createProject(target, 'test');
      await nativeCreate(['network', 'create', 'zombie', '--project', 'test']);
      await post('target=node1', { name: 'pending', config: { 'bridge.external_interfaces': 'lo' }, type: 'bridge' });
      await breakBridge(target);
      await healthy(1);
      const soundBefore = await rowsOf(`LIKE 'ok%'`);
      const broken = ['errored-record default/errored', ...(isRestricted ? [] : ['hidden-record test/zombie']), 'pending-record default/pending'];

      const found = await examine();
      const repaired = await safenet(['repair', '--all', '--yes']);

      expect(found).toMatchObject({ status: 2, records: broken });
      expect(repaired).toMatchObject({ status: isRestricted ? 0 : 4, stderr: notSeen('default') });
      expect(repaired.stdout.includes('Left alone:\n  network "zombie" in project "test": only the database can remove it')).toBe(!isRestricted);
      await expect(rowsOf(`NOT LIKE 'ok%'`)).resolves.toEqual(await rowsOf(`= 'zombie'`));
      await expect(target.interfaces('node2')).resolves.toContain('errored');
      await expect(target.interfaces('node1')).resolves.not.toContain('errored');

      await mayUse('test');
      const left = await examine();
      const refused = await safenet(['repair', 'zombie', '--project', 'test', '--yes']);
      const [, cure = ''] = /^on a cluster member, as a user who may use the unix socket: (.*)$/.exec(left.report.findings.find(({ kind }) => kind === 'hidden-record')?.fix ?? '') ?? [];
      const [statement = ''] = /incus admin sql global .*/.exec(refused.stderr) ?? [];

      expect(left.records).toEqual(['hidden-record test/zombie']);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(`as a user who may use the unix socket: ${cure}\n`) });
      expect(cure).toBe('incus-safenet repair zombie --project test');
      await administer(statement);
      await expect(rowsOf(`= 'zombie'`)).resolves.toEqual([]);
      await expect(rowsOf(`LIKE 'ok%'`)).resolves.toEqual(soundBefore);
    });

    withoutDatabase('puts back definitions and a network by the commands that it prints', async () => {
      const { target, safenet, shell } = await begin({ members: 2, ovs: 'none' });
      await post('target=node1', { name: 'pending', config: { 'bridge.external_interfaces': 'lo' }, type: 'bridge' });
      await breakBridge(target);
      const before = await rowsOf(`= 'pending'`);
      const repaired = await safenet(['repair', '--all', '--yes']);
      await target.removeInterface('node2', 'errored');

      const [, ...commands] = (repaired.stdout.split('To put back what was removed:')[1] ?? '').split('\n  ');
      for (const command of commands) await shell(command);

      const withoutIds = (rows: unknown[][]): unknown[][] => rows.map(([, ...rest]) => rest);
      expect(commands).toHaveLength(2);
      expect(withoutIds(await rowsOf(`= 'pending'`))).toEqual(withoutIds(before));
      await expect(target.request('GET', '/1.0/networks/errored')).resolves.toMatchObject({ body: { metadata: { status: 'Created', config: noAddresses } } });
    });

    withDatabase('names the project that can be deleted after the repair of its hidden record, and it can', async () => {
      const { target, nativeCreate, safenet } = await begin({ members: 2, ovs: 'none' });
      await createProject(target, 'test');
      await nativeCreate(['network', 'create', 'test', '--project', 'test']);

      const { report } = await examine('--project', 'test');
      const fix = report.findings.find(({ kind }) => kind === 'hidden-record')?.fix ?? '';
      const repaired = await safenet([...fix.split(' ').slice(1), '--yes']);

      expect(fix).toBe(`incus-safenet repair ${prefix}test --project test`);
      expect(repaired.status).toBe(0);
      expect(repaired.stdout).toContain(`  incus project delete ${prefix}test\n`);
      await expect(target.request('DELETE', '/1.0/projects/test')).resolves.toMatchObject({ status: 200 });
    });

    it('says in one line that all is well', async () => {
      const { safenet } = await begin({ members: 2, ovs: 'none' });
      await healthy(1);

      await expect(safenet(['doctor'])).resolves.toEqual({ status: 0, stdout: `Nothing found: 1 network in 1 project on remote "${remote}".\n`, stderr: notSeen('default') });
      await expect(safenet(['repair', '--all', '--yes'])).resolves.toMatchObject({ status: 0, stdout: 'No broken record found: nothing to repair.\n' });
    });

    it('warns of a project whose networks would need OVN, and the cure that it names works', async () => {
      const { target, safenet, mayUse } = await begin({ members: 2, ovs: ['bridge', 'none'] });
      await createProject(target, 'risky');
      await mayUse('risky');

      const { report, status } = await examine();

      expect(status).toBe(2);
      expect(report.findings).toMatchObject([{ kind: 'project-at-risk', severity: 'warning', project: 'risky', network: null, fix: `${isRestricted ? 'for an administrator to run: ' : ''}incus project set ${prefix}risky features.networks=false` }]);
      expect(report.findings[0]?.evidence).toMatch(/Open vSwitch is missing on 1 of 2 members: node2/);
      // As `incus project set` does it.
      const { config } = (await target.request('GET', '/1.0/projects/risky')).body.metadata as { config: object };
      const changed = { description: '', config: { ...config, 'features.networks': 'false' } };
      await expect(target.request('PUT', '/1.0/projects/risky', changed)).resolves.toMatchObject({ status: 200 });
      await expect(safenet(['doctor'])).resolves.toMatchObject({ status: 0 });
    });

    it('finishes a bridge that is pending on some members', async () => {
      const { target, safenet } = await begin({ members: 3, ovs: 'none' });
      await post('target=node2', { name: 'web', config: {}, type: 'bridge' });

      const { report } = await examine();
      const run = await safenet(['repair', 'web', '--finish']);

      expect(report.findings[0]).toMatchObject({ kind: 'pending-record', status: 'Pending', evidence: expect.stringContaining('defined on node2, not on node1 and node3') });
      expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
      await expect(safenet(['doctor'])).resolves.toMatchObject({ status: 0 });
      for (const member of target.members) await expect(target.interfaces(member)).resolves.toContain('web');
    });

    it('removes nothing without --yes where no terminal can be asked, nor with --dry-run', async () => {
      const { target, safenet } = await begin({ members: 2, ovs: 'none' });
      await post('target=node1', { name: 'web', config: {}, type: 'bridge' });
      await target.clearRequests();

      const silent = await safenet(['repair', 'web']);
      const dry = await safenet(['repair', '--all', '--dry-run']);

      expect(silent).toMatchObject({ status: 1, stderr: expect.stringContaining('--yes') });
      expect(dry).toMatchObject({ status: 0, stderr: notSeen('default') });
      for (const { stdout } of [silent, dry]) {
        expect(stdout).toMatch(/network "web" in project "default" \(pending-record\): through the API/);
        expect(stdout).toMatch(hasDatabase ? /networks +id \d+, name web.*\n.*networks_nodes +node1 Pending, node2 not defined/ : /type bridge, Pending: node1 Pending, node2 not defined/);
      }
      await expect(target.select(`SELECT state FROM networks WHERE name = 'web'`)).resolves.toEqual([[0]]);
      expect((await target.requests()).filter((request) => request.startsWith('DELETE'))).toEqual([]);
    });

    it('refuses a sound network, one that is not there, and an interface of the host', async () => {
      const { target, safenet } = await begin({ members: 1, ovs: 'none' });
      await healthy(1);
      const before = await rowsOf(`LIKE 'ok%'`);

      await expect(safenet(['repair', 'ok0', '--yes'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('is not broken (Created)') });
      await expect(safenet(['repair', 'none0', '--yes'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('there is no network "none0"') });
      await expect(safenet(['repair', 'lo', '--yes'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('Incus does not manage') });
      await expect(rowsOf(`LIKE 'ok%'`)).resolves.toEqual(before);
      expect(target.members).toHaveLength(1);
    });
  });
}

const projects = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];

/** A project with networks of its own. Incus 7 makes none where OVN cannot work, but keeps those of Incus 6: so this comes in through the database. */
async function createProject(target: Target, project: string): Promise<void> {
  await target.createProject(project, false);
  const query =
    `INSERT OR REPLACE INTO projects_config (project_id, key, value) SELECT id, 'features.networks', 'true' FROM projects WHERE name = '${project}'`;
  const { body } = await target.request('POST', '/internal/sql', { database: 'global', query });
  if (body.type === 'error') throw new Error(body.error);
}

/** A bridge whose create fails on node2, where an interface of that name stands. */
async function breakBridge(target: Target): Promise<void> {
  await target.addInterface('node2', 'errored');
  for (const member of target.members) await target.request('POST', `/1.0/networks?target=${member}`, { name: 'errored', config: {}, type: 'bridge' });
  const { body } = await target.request('POST', '/1.0/networks', { name: 'errored', config: noAddresses, type: 'bridge' });
  if (!body.error.includes('already exists')) throw new Error(`the bridge did not break as it should: ${body.error}`);
}
