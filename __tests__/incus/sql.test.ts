import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerError } from '../../lib/errors.js';
import * as z from '../../lib/zod.js';
import type { NetworkRow } from '../../lib/incus/rows.js';
import { backupOf, deleteRow, guardedDelete, readRow } from '../../lib/incus/rows.js';
import type { IncusServer } from '../../lib/incus/server.js';
import { incusServer } from '../../lib/incus/server.js';
import { literal, select } from '../../lib/incus/sql.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';

let sandbox: Sandbox;
let server: IncusServer;

beforeEach(async () => {
  sandbox = await startSandbox({ members: 2, ovs: 'none' });
  server = incusServer(openTransport({ kind: 'unix', socket: sandbox.socketPath }, 'test'));
});

afterEach(async () => {
  await server.close();
  await sandbox.close();
});

const nasty = ['web', `o'clock`, `'; DROP TABLE networks; --`, `a;b;c`, ';', `''`, `"quoted"`, 'ünï 日本 💥', '%_\\', `a' || char(59) || 'b`, ''];

describe('literal', () => {
  it.each(nasty)('says %j to the server in one statement', async (value) => {
    expect(literal(value)).not.toContain(';');

    await expect(select(server, `SELECT ${literal(value)}`)).resolves.toEqual([[value]]);
  });

  it.each([
    [null, null],
    [0, 0],
    [-7, -7],
  ])('says %j as it is', async (value, expected) => {
    await expect(select(server, `SELECT ${literal(value)}`)).resolves.toEqual([[expected]]);
  });
});

/** The server, whose database somebody else holds for the first requests. */
function busyFor(requests: number, message: string): { busy: IncusServer; asked(): number } {
  let asked = 0;
  const ask: IncusServer['ask'] = (...request) => (asked++ < requests ? Promise.reject(new ServerError(500, message)) : server.ask(...request));
  return { busy: { ...server, ask }, asked: () => asked };
}

describe('a database that is busy', () => {
  it.each(['Failed to exec query: database is locked', 'checkpoint in progress'])('is asked again after "%s"', async (message) => {
    const { busy } = busyFor(2, message);

    await expect(select(busy, 'SELECT 1')).resolves.toEqual([[1]]);
  });

  it('is not asked for ever', async () => {
    const { busy, asked } = busyFor(Infinity, 'database is locked');

    await expect(select(busy, 'SELECT 1')).rejects.toThrow('database is locked');
    expect(asked()).toBe(10);
  });

  it('is not asked again after another error', async () => {
    const { busy, asked } = busyFor(1, 'no such table: networks');

    await expect(select(busy, 'SELECT 1')).rejects.toThrow('no such table');
    expect(asked()).toBe(1);
  });
});

/** A record as a failed create leaves it, with that name, in a project of its own. */
function arrange(name = 'web', { state = 0, members = [0, 0], type = 3 }: { state?: number; members?: number[]; type?: number } = {}): void {
  sandbox.execute(`INSERT INTO projects (id, name, description) VALUES (7, 'test', '');
    INSERT INTO networks (id, project_id, name, description, state, type) VALUES (70, 7, '${name.replaceAll("'", "''")}', 'a "b"; ''c''', ${state}, ${type});
    INSERT INTO networks (id, project_id, name, description, state, type) VALUES (71, 7, 'other', '', 0, 3);
    INSERT INTO networks_nodes (network_id, node_id, state) VALUES (71, 1, 0);
    INSERT INTO networks_config (network_id, node_id, key, value) VALUES (70, NULL, 'user.note', 'x;y''z'), (70, 1, 'parent', 'eth0')`);
  members.forEach((memberState, index) => sandbox.execute(`INSERT INTO networks_nodes (network_id, node_id, state) VALUES (70, ${index + 1}, ${memberState})`));
}

const ids = (): unknown[] => sandbox.select('SELECT id FROM networks ORDER BY id').flat();

async function rowOf(network: string): Promise<NetworkRow> {
  const row = await readRow(server, { project: 'test', network });
  if (row === null) throw new Error(`there is no row of "${network}"`);
  return row;
}

describe('readRow', () => {
  it('reads the record with its members, and nothing where there is none', async () => {
    arrange();

    await expect(readRow(server, { project: 'test', network: 'nowhere' })).resolves.toBeNull();
    await expect(readRow(server, { project: 'default', network: 'web' })).resolves.toBeNull();
    await expect(readRow(server, { project: 'test', network: 'web' })).resolves.toMatchObject({
      id: 70,
      projectId: 7,
      state: 0,
      type: 3,
      members: [
        { nodeId: 1, member: 'node1', state: 0 },
        { nodeId: 2, member: 'node2', state: 0 },
      ],
    });
  });
});

describe('guardedDelete', () => {
  it.each(nasty.filter((name) => name !== ''))('removes the row of %j with all that hangs on it, and no other', async (name) => {
    arrange(name);

    const isDeleted = await deleteRow(server, await rowOf(name));

    expect(isDeleted).toBe(true);
    expect(ids()).toEqual([71]);
    expect(sandbox.select('SELECT network_id FROM networks_nodes')).toEqual([[71]]);
    expect(sandbox.select('SELECT COUNT(*) FROM networks_config')).toEqual([[0]]);
  });

  it.each([
    ['without members', []],
    ['with Errored members', [2, 2]],
  ])('removes a row %s', async (_, members) => {
    arrange('web', { state: 2, members });

    await expect(deleteRow(server, await rowOf('web'))).resolves.toBe(true);
  });

  it.each([
    ['has another state', 'UPDATE networks SET state = 2 WHERE id = 70'],
    ['has another type', 'UPDATE networks SET type = 0 WHERE id = 70'],
    ['has another name', `UPDATE networks SET name = 'db' WHERE id = 70`],
    ['is in another project', 'UPDATE networks SET project_id = 1 WHERE id = 70'],
    ['is another one of the same name', `DELETE FROM networks WHERE id = 70; INSERT INTO networks (id, project_id, name, description, state, type) VALUES (72, 7, 'web', '', 0, 3);
      INSERT INTO networks_nodes (network_id, node_id, state) VALUES (72, 1, 0), (72, 2, 0)`],
    ['has a member whose state changed', 'UPDATE networks_nodes SET state = 2 WHERE network_id = 70 AND node_id = 2'],
    ['has a member that is Created', 'UPDATE networks_nodes SET state = 1 WHERE network_id = 70 AND node_id = 2'],
    ['has a member less', 'DELETE FROM networks_nodes WHERE network_id = 70 AND node_id = 2'],
    ['is used by an instance', `INSERT INTO instances (id, node_id, name, architecture, type, project_id, description) VALUES (1, 1, 'c1', 2, 0, 7, '');
      INSERT INTO instances_devices (id, instance_id, name, type) VALUES (1, 1, 'eth0', 1); INSERT INTO instances_devices_config (instance_device_id, key, value) VALUES (1, 'network', 'web')`],
    ['is used by a profile', `INSERT INTO profiles (id, name, description, project_id) VALUES (9, 'p', '', 7);
      INSERT INTO profiles_devices (id, profile_id, name, type) VALUES (1, 9, 'eth0', 1); INSERT INTO profiles_devices_config (profile_device_id, key, value) VALUES (1, 'network', 'web')`],
  ])('removes nothing when the record meanwhile %s', async (_, meanwhile) => {
    arrange();
    const row = await rowOf('web');
    sandbox.execute(meanwhile);
    const before = ids();

    await expect(deleteRow(server, row)).resolves.toBe(false);

    expect(ids()).toEqual(before);
  });

  it('never removes a record that is Created on a member, even when that was read', async () => {
    arrange('web', { state: 2, members: [1, 0] });

    await expect(deleteRow(server, await rowOf('web'))).resolves.toBe(false);
  });

  it('is one statement, whatever the name', () => {
    const row: NetworkRow = { id: 1, projectId: 2, name: `'; DROP TABLE networks; --`, description: ';', state: 0, type: 3, members: [] };

    expect(guardedDelete(row)).not.toContain(';');
  });
});

describe('backupOf', () => {
  it.each(nasty.filter((name) => name !== ''))('puts the row of %j back as it was', async (name) => {
    arrange(name);
    const everything = (): unknown[] => ['networks', 'networks_nodes', 'networks_config'].map((table) => sandbox.select(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).map((row) => (table === 'networks' ? row : row.slice(1))));
    const before = everything();
    const row = await rowOf(name);
    const sql = await backupOf(server, row);

    await deleteRow(server, row);
    for (const statement of sql.split(/;\n/).filter((one) => one !== '')) await server.ask('/internal/sql', { database: 'global', query: statement }, z.unknown());

    expect(everything()).toEqual(before);
  });
});
