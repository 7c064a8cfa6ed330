import { afterEach, describe, expect, it } from '@jest/globals';
import type { Shape, Target } from '../helpers/target.js';
import { onSocket } from '../helpers/target.js';
import type { CliRun } from '../helpers/run-cli.js';

/** A server, and our program run against it: in this process for the sandbox, as a process of its own in the lab. */
export interface Stage {
  target: Target;
  create(argv: string[], options?: { stdin?: string }): Promise<CliRun>;
  /** The project that a restricted client may use; `default` until this is called. */
  mayUse?(project: string): Promise<void>;
  /** A command line that we printed, run by an administrator. */
  administer?(line: string): Promise<{ status: number; output: string }>;
}

const oddProjects = ['a&b', 'a%b', 'a"b', "a'b", 'a b', 'ä', 'a?b', 'a#b', '%2e%2e'];

/** What `incus-network-create` does, told once for the sandbox and for real servers. */
export function describeCreate(name: string, start: (shape: Shape) => Promise<Stage>, client = onSocket): void {
  const { isElsewhere, hasDatabase, isRestricted } = client;
  let stage: Stage;
  const begin = async (shape: Shape): Promise<Stage> => {
    stage = await start(shape);
    return stage;
  };
  const countRecords = async (): Promise<unknown> => (await stage.target.select('SELECT COUNT(*) FROM networks'))[0]?.[0];
  const posts = async (): Promise<string[]> => (await stage.target.requests()).filter((request) => request.startsWith('POST /1.0/networks'));

  /** For what has nothing to do with where the client is. */
  const anywhere: typeof it | (() => void) = isElsewhere ? () => undefined : it;

  describe(`create on ${name}`, () => {
    afterEach(() => stage.target.stop());

    it('refuses what would leave a hidden record on a cluster without Open vSwitch, and sends nothing', async () => {
      const { target, create } = await begin({ members: 2, ovs: 'none' });
      await target.createProject('test', true);
      await stage.mayUse?.('test');

      const implicit = await create(['--project=test', 'test']);
      const explicit = await create(['test', '--project', 'test', '--type=ovn']);
      const bridge = await create(['test', '--project', 'test', '--type', 'bridge']);

      for (const run of [implicit, explicit, bridge]) {
        expect(run).toMatchObject({ status: 3, stdout: '' });
        expect(run.stderr).toMatch(/^Error: cannot create network "test" in project "test"( on remote "lab")?: nothing was sent to the server$/m);
        expect(run.stderr).toContain('features.networks=true');
        expect(run.stderr).toMatch(/node1.*no br-int.*node2.*no br-int/);
      }
      expect(implicit.stderr).toContain('type-default ');
      await expect(posts()).resolves.toEqual([]);
      await expect(countRecords()).resolves.toBe(0);
      await expect(target.request('DELETE', '/1.0/projects/test')).resolves.toMatchObject({ status: 200 });
    });

    anywhere('names just the members that lack Open vSwitch', async () => {
      const { target, create } = await begin({ members: 3, ovs: ['bridge', 'none', 'none'] });
      await target.createProject('test', true);

      const run = await create(['--project', 'test', 'test', '--format', 'json']);

      const report = JSON.parse(run.stdout) as { checks: { name: string; members?: { name: string; status: string }[] }[] };
      expect(run.status).toBe(3);
      expect(report.checks.find((check) => check.name === 'ovn-available')?.members).toMatchObject([
        { name: 'node1', status: 'pass' },
        { name: 'node2', status: 'fail' },
        { name: 'node3', status: 'fail' },
      ]);
    });

    it('offers alternatives that work', async () => {
      const { target, create } = await begin({ members: 2, ovs: 'none' });
      await target.createProject('test', true);
      await stage.mayUse?.('test');

      const refusal = await create(['--project', 'test', 'test']);
      const [line = '', words = ''] = /incus-safenet create (.*--all-members)/.exec(refusal.stderr) ?? [];
      const run = await create(words.split(' '));

      expect(refusal.stderr.includes('an administrator has to run this')).toBe(isRestricted);
      if (isRestricted) {
        expect(run).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('Error: User does not have permission for project "default"\n') });
        await expect(countRecords()).resolves.toBe(0);
        await expect(stage.administer?.(line)).resolves.toMatchObject({ status: 0, output: 'Network test created\n' });
      } else {
        expect(run).toMatchObject({ status: 0, stdout: 'Network test created\n', stderr: '' });
      }
      await expect(target.request('GET', '/1.0/networks/test')).resolves.toMatchObject({ body: { metadata: { status: 'Created', type: 'bridge' } } });
    });

    it('creates a bridge on a server of its own, and says what the native client says', async () => {
      const { target, create } = await begin({ members: 1, ovs: 'none' });

      const run = await create(['web', 'ipv4.address=10.99.7.1/24', '--description', 'for the web', 'ipv6.address=none']);

      expect(run).toEqual({ status: 0, stdout: 'Network web created\n', stderr: '' });
      await expect(target.request('GET', '/1.0/networks/web')).resolves.toMatchObject({
        body: {
          metadata: {
            status: 'Created',
            type: 'bridge',
            managed: true,
            description: 'for the web',
            config: { 'ipv4.address': '10.99.7.1/24', 'ipv6.address': 'none' },
          },
        },
      });
    });

    anywhere('says nothing with -q', async () => {
      const { create } = await begin({ members: 1, ovs: 'none' });

      await expect(create(['-q', 'web', 'ipv6.address=none'])).resolves.toEqual({ status: 0, stdout: '', stderr: '' });
    });

    anywhere('takes the YAML of standard input, and lets arguments win over it', async () => {
      const { target, create } = await begin({ members: 1, ovs: 'none' });
      const stdin = 'description: from a file\nconfig:\n  ipv4.address: 10.99.8.1/24\n  ipv6.address: none\n  ipv4.nat: true\n';

      const run = await create(['web', 'ipv4.address=10.99.9.1/24'], { stdin });

      expect(run).toEqual({ status: 0, stdout: 'Network web created\n', stderr: '' });
      await expect(target.request('GET', '/1.0/networks/web')).resolves.toMatchObject({
        body: { metadata: { description: 'from a file', config: { 'ipv4.address': '10.99.9.1/24', 'ipv4.nat': 'true' } } },
      });
    });

    it('defines a network as pending with --target, and creates it when every member has it', async () => {
      const { target, create } = await begin({ members: 2, ovs: 'none' });

      const early = await create(['web']);
      const first = await create(['web', '--target', 'node1']);
      const second = await create(['web', '--target=node2']);
      const last = await create(['web', 'ipv6.address=none']);

      expect(early).toMatchObject({ status: 3 });
      expect(early.stderr).toContain('members-defined');
      expect(first).toEqual({ status: 0, stdout: 'Network web pending on member node1\n', stderr: '' });
      expect(second).toEqual({ status: 0, stdout: 'Network web pending on member node2\n', stderr: '' });
      expect(last).toEqual({ status: 0, stdout: 'Network web created\n', stderr: '' });
      await expect(target.request('GET', '/1.0/networks/web')).resolves.toMatchObject({ body: { metadata: { status: 'Created' } } });
    });

    it('sees an interface behind a pending definition of its name, and leaves it alone when a set of definitions is taken back', async () => {
      const { target, create } = await begin({ members: 2, ovs: 'none' });
      await create(['web', '--target', 'node1']);
      await create(['web', '--target', 'node2']);
      await target.addInterface('node2', 'web');
      await target.addInterface('node2', 'half');

      const hidden = await create(['web']);
      // node1 gets its definition and node2 refuses one; DELETE would then take node2's interface for the network's.
      const half = await create(['half', '--all-members', '--ignore-check', 'all', '--member-config', 'node2:ipv4.address=none']);

      expect(hidden).toMatchObject({ status: 3 });
      expect(hidden.stderr).toContain('interface-free');
      expect(half.status).toBe(hasDatabase ? 1 : 4);
      expect(half.stderr).toContain('may not be used as member-specific key');
      await expect(target.interfaces('node2')).resolves.toContain('half');
      if (!hasDatabase) {
        // DELETE would take the interface with it, and only the database would not.
        expect(half.stderr).toContain("incus admin sql global 'DELETE FROM networks WHERE");
        return;
      }
      await expect(target.select("SELECT * FROM networks WHERE name = 'half'")).resolves.toEqual([]);
    });

    it('creates an ovn network where OVN works', async () => {
      const { target, create } = await begin({ members: 1, ovs: 'ovn' });
      await target.createProject('test', true);
      await stage.mayUse?.('test');

      const argv = ['web', '--project', 'test', 'network=none', 'ipv4.address=none', 'ipv6.address=none'];
      if (!hasDatabase) {
        const refusal = await create(argv);
        expect(refusal).toMatchObject({ status: 3 });
        expect(refusal.stderr).toContain('what a failure leaves could not be taken back from here');
        argv.push('--ignore-check', 'ovn-available,type-default');
      }

      const run = await create(argv);

      expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
      await expect(target.request('GET', '/1.0/networks/web?project=test')).resolves.toMatchObject({
        body: { metadata: { status: 'Created', type: 'ovn' } },
      });
    });

    anywhere('asks as many questions on a full server as on an empty one', async () => {
      const { target, create } = await begin({ members: 1, ovs: 'none' });
      await target.createProject('test', true);
      const ask = async (): Promise<number> => {
        await target.clearRequests();
        await create(['web', '--dry-run', 'ipv4.address=10.99.7.1/24', '-t', 'ovn', '--project', 'test']);
        await create(['web', '--dry-run', 'ipv4.address=10.99.7.1/24']);
        return (await target.requests()).length;
      };
      const empty = await ask();

      for (let index = 0; index < 20; index++) {
        const body = { name: `n${index}`, config: { 'ipv4.address': 'none', 'ipv6.address': 'none' }, type: 'bridge', description: '' };
        await expect(target.request('POST', '/1.0/networks', body)).resolves.toMatchObject({ status: 201 });
      }
      const full = await ask();

      expect(empty).toBeGreaterThan(0);
      expect(full).toBe(empty);
    });

    it.each(isElsewhere ? oddProjects.slice(0, 1) : oddProjects)('says that there is no project %s', async (project) => {
      const { create } = await begin({ members: 1, ovs: 'none' });

      const run = await create(['web', '--project', project]);

      expect(run).toMatchObject({ status: 3, stdout: '' });
      if (isRestricted) expect(run.stderr).toContain(`cannot read project "${project}": User does not have permission`);
      else expect(run.stderr).toContain('project-exists');
      await expect(posts()).resolves.toEqual([]);
    });
  });
}
