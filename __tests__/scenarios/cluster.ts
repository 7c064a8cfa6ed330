import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateReport } from '../../lib/report/create-json.js';
import type { CliRun } from '../helpers/run-cli.js';
import type { Client, Shape, Target } from '../helpers/target.js';
import { onSocket } from '../helpers/target.js';
import type { ClusterCase } from './cluster-cases.js';

/** A cluster of three, and our program run against it. */
export interface ClusterStage {
  target: Target;
  create(argv: string[]): Promise<CliRun>;
}

/** What `--all-members` does, told once for the sandbox and for real servers. */
export function describeCluster(name: string, start: (shape: Shape) => Promise<ClusterStage>, cases: ClusterCase[], client: Client = onSocket): void {
  let stage: ClusterStage;
  const create = (...argv: string[]): Promise<CliRun> => stage.create(argv);
  const post = (network: string, body: { type?: string; config?: Record<string, string> }, target?: string) =>
    stage.target.request('POST', `/1.0/networks${target === undefined ? '' : `?target=${target}`}`, { name: network, description: '', ...body });
  const rows = (network: string): Promise<unknown[][]> =>
    stage.target.select(`SELECT networks.state, nodes.name, networks_nodes.state FROM networks JOIN networks_nodes ON network_id = networks.id JOIN nodes ON nodes.id = node_id WHERE networks.name = '${network}' ORDER BY nodes.name`);
  const show = async (network: string, member?: string): Promise<{ status: string; config: Record<string, string>; description: string }> => {
    const { body } = await stage.target.request('GET', `/1.0/networks/${network}${member === undefined ? '' : `?target=${member}`}`);
    return body.metadata as { status: string; config: Record<string, string>; description: string };
  };

  /** No record, no definition, no interface but the foreign one, no open transaction. */
  async function expectNothingLeft({ name: network, interfaceOnNode3 }: Pick<ClusterCase, 'name' | 'interfaceOnNode3'>): Promise<void> {
    await expect(rows(network)).resolves.toEqual([]);
    for (const member of stage.target.members) {
      const isThere = (await stage.target.interfaces(member)).includes(network);
      expect([member, isThere]).toEqual([member, member === 'node3' && interfaceOnNode3 === true]);
    }
    await expect(readdir(path.join(stage.target.env.INCUS_SAFENET_STATE_DIR ?? '', 'journal')).catch(() => [])).resolves.toEqual([]);
  }

  describe(`--all-members on ${name}`, () => {
    beforeAll(async () => {
      stage = await start({ members: 3, ovs: 'none' });
    }, 90_000);
    afterAll(() => stage.target.stop(), 60_000);

    it('makes a network that is Created on every member, and says what the native client says', async () => {
      const run = await create('br', '--all-members', 'ipv4.address=10.70.1.1/24', 'ipv6.address=none', '--description', 'for all');

      expect(run).toEqual({ status: 0, stdout: 'Network br created\n', stderr: '' });
      for (const member of stage.target.members) {
        await expect(show('br', member)).resolves.toMatchObject({ status: 'Created' });
        await expect(stage.target.interfaces(member)).resolves.toContain('br');
      }
      await expect(show('br')).resolves.toMatchObject({ description: 'for all', config: { 'ipv4.address': '10.70.1.1/24' } });
    });

    it('says in JSON what the server chose', async () => {
      const run = await create('chosen', '--all-members', 'ipv6.address=none', '--format', 'json');

      const { chosen } = CreateReport.parse(JSON.parse(run.stdout));
      const { config } = await show('chosen');
      expect(chosen).toEqual({ 'ipv4.address': config['ipv4.address'], 'ipv4.nat': 'true' });
    });

    it('gives each member its keys, and refuses keys for strangers and for one member twice', async () => {
      const argv = ['mv', '--all-members', '--type', 'macvlan', 'parent=lo', 'user.note=x'];

      const stranger = await create(...argv, '--member-config', 'node9:parent=lo');
      const twice = await create(...argv, '--member-config', 'node2:parent=lo', '--member-config', 'node2:parent=eth9');
      const run = await create(...argv, '--member-config', 'node2:parent=lo');

      expect(stranger).toMatchObject({ status: 3, stderr: expect.stringContaining('no cluster member "node9"') });
      expect(twice).toMatchObject({ status: 3, stderr: expect.stringContaining('"parent" is given more than once for member "node2"') });
      expect(run).toMatchObject({ status: 0, stdout: 'Network mv created\n' });
      for (const member of stage.target.members) await expect(show('mv', member)).resolves.toMatchObject({ config: { parent: 'lo' } });
      await expect(show('mv')).resolves.toMatchObject({ config: { 'user.note': 'x' } });
    });

    it('uses the definitions that are there', async () => {
      await post('some', {}, 'node2');

      const run = await create('some', '--all-members', 'ipv6.address=none');

      expect(run).toMatchObject({ status: 0, stdout: 'Network some created\n' });
      await expect(rows('some')).resolves.toEqual([1, 2, 3].map((member) => [1, `node${member}`, 1]));
    });

    it('takes its own definitions back, and leaves those that were there before as they were', async () => {
      await post('mixed', { type: 'macvlan', config: { parent: 'lo' } }, 'node1');

      // node2 gets its definition, and node3 refuses one.
      const run = await create('mixed', '--all-members', '--type', 'macvlan', 'parent=lo', '--member-config', 'node3:user.note=x', '--ignore-check', 'config-keys,members-defined');

      expect(run).toMatchObject({ status: client.hasDatabase ? 1 : 4, stdout: '', stderr: expect.stringContaining('may not be used as member-specific key') });
      if (!client.hasDatabase) {
        // What the administrator does then, and `recover` after it, is among the rollbacks (rollback.ts).
        expect(run.stderr).toContain('among them, ours on node2');
        await expect(rows('mixed')).resolves.toEqual([0, 1].map((index) => [0, stage.target.members[index], 0]));
        return;
      }
      expect(run.stderr).toContain('took back the definition on member "node2"');
      await expect(rows('mixed')).resolves.toEqual([[0, 'node1', 0]]);
      const config = "SELECT nodes.name, key, value FROM networks_config JOIN networks ON networks.id = network_id JOIN nodes ON nodes.id = node_id WHERE networks.name = 'mixed'";
      await expect(stage.target.select(config)).resolves.toEqual([['node1', 'parent', 'lo']]);
      await expect(create('mixed', '--all-members', '--type', 'macvlan', 'parent=lo')).resolves.toMatchObject({ status: 0 });
    });

    it('refuses a create without definitions, and names the line that works', async () => {
      const refused = await create('line', 'ipv6.address=none');
      const [, argv = ''] = /incus-safenet create (.* --all-members)/.exec(refused.stderr) ?? [];

      expect(refused.status).toBe(3);
      await expect(create(...argv.split(' '))).resolves.toMatchObject({ status: 0, stdout: 'Network line created\n' });
    });

    it.each(cases.map((one) => [one.what, one] as const))('leaves nothing behind: %s', async (_, one) => {
      const { target } = stage;
      if (one.interfaceOnNode3) await target.addInterface('node3', one.name);
      if (one.node3Stopped) await target.stopMember('node3');

      const run = await create(one.name, '--all-members', ...one.argv);

      const { status, says } = (client.isRestricted ? one.restricted : undefined) ?? one.ours;
      expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(says) });
      expect(run.stderr).toContain(status === 3 ? 'nothing was sent to the server' : 'read back: nothing of it is left');
      if (one.node3Stopped) await expect(rows(one.name)).resolves.toEqual([]);
      else await expectNothingLeft(one);

      // The same step by step, as the native client does it.
      for (const member of target.members) {
        await expect(post(one.name, { type: one.type, config: one.ownOf[member] ?? one.own }, member)).resolves.toMatchObject({ status: 201 });
      }
      const native = await post(one.name, { type: one.type, config: one.global });
      expect(native.body.error).toMatch(one.native.says);
      await expect(rows(one.name)).resolves.toEqual(target.members.map((member, index) => [2, member, index < one.native.live ? 1 : 0]));

      if (one.node3Stopped) await target.startMember('node3');
      await expect(target.request('DELETE', `/1.0/networks/${one.name}`)).resolves.toMatchObject({ status: 200 });
    });
  });
}
