import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DoctorReport } from '../../lib/report/doctor-json.js';
import { describeDoctor } from '../doctor/scenarios.js';
import { eventually } from '../helpers/run.js';
import { doctorStage } from './doctor-stage.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

jest.setTimeout(180_000);

describeDoctor('Incus 6.0', doctorStage('socket'));
describeDoctor('Incus 7.0', doctorStage('socket', { version: '7.0' }));

describe('doctor and repair on a real Incus', () => {
  let lab: LabServer;
  afterEach(() => lab.stop());
  const examine = async (): Promise<DoctorReport> => DoctorReport.parse(JSON.parse((await lab.safenet('incus-safenet', ['doctor', '--format', 'json'])).stdout));
  const listBridges = async () => (await lab.interfaces('node1')).filter((name) => name.startsWith('kill'));

  it('find and remove what a killed native client left on a server of its own', async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    const killed = await killCreates(lab);

    const { findings } = await examine();
    const repaired = await lab.safenet('incus-safenet', ['repair', '--all', '--yes']);

    expect(findings.map(({ kind, network }) => ({ kind, network }))).toEqual(killed.map((network) => ({ kind: 'half-created-record', network })));
    expect(findings[0]).toMatchObject({ status: 'Pending', evidence: expect.stringContaining('the database has it as Created: Pending on node1') });
    expect(repaired).toMatchObject({ status: 0, stderr: '' });
    await expect(lab.select('SELECT COUNT(*) FROM networks')).resolves.toEqual([[0]]);
  });

  it('take down what a restarted server made of such a record, where the native delete leaves it', async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    const [first = ''] = await killCreates(lab);
    await lab.stopMember('node1');
    await lab.startMember('node1');
    await eventually('the interface of the leftover', async () => (await listBridges()).includes(first));

    const repaired = await lab.safenet('incus-safenet', ['repair', '--all', '--yes']);

    expect(repaired).toMatchObject({ status: 0, stderr: '' });
    await expect(listBridges()).resolves.toEqual([]);
    await expect(lab.select('SELECT COUNT(*) FROM networks')).resolves.toEqual([[0]]);
  });

  it('leave alone the networks of an OVN that is down, and say so', async () => {
    lab = await startLab({ members: 1, ovs: 'ovn' });
    await lab.createProject('test', true);
    await lab.incus(['network', 'create', 'good', '--project', 'test', 'network=none', 'ipv4.address=none', 'ipv6.address=none']);
    await lab.exec('node1', ['bash', '-c', 'kill "$(cat /run/openvswitch/ovsdb-server.pid)"; rm -f /run/openvswitch/db.sock']);
    // A running server keeps its connection; a new one meets the accident.
    await lab.stopMember('node1');
    await lab.startMember('node1');
    await eventually('the record to be hidden', async () => (await lab.request('GET', '/1.0/networks/good?project=test')).status !== 200);

    const { findings } = await examine();
    const repaired = await lab.safenet('incus-safenet', ['repair', 'good', '--project', 'test', '--yes']);

    expect(findings.find(({ kind }) => kind === 'hidden-record')).toMatchObject({ severity: 'warning', status: 'Created', network: 'good', fix: expect.stringContaining('bring Open vSwitch and OVN back') });
    expect(repaired).toMatchObject({ status: 1, stderr: expect.stringContaining('it is Created on every member') });
    await expect(lab.select('SELECT state FROM networks')).resolves.toEqual([[1]]);
  });

  it('read a server with 200 projects in a handful of requests', async () => {
    lab = await startLab({ members: 2, ovs: 'none' });
    for (let index = 0; index < 200; index++) await lab.createProject(`p${index}`, index % 10 === 0);
    await lab.incus(['network', 'create', 'zombie', '--project', 'p40']);
    await lab.clearRequests();

    const { findings } = await examine();

    expect(findings.filter(({ kind }) => kind === 'hidden-record')).toMatchObject([{ project: 'p40', network: 'zombie' }]);
    expect(findings.filter(({ kind }) => kind === 'project-at-risk')).toHaveLength(20);
    expect((await lab.requests()).length).toBeLessThan(20);
  });
});

/** Kills the native client in the middle of creates until records are left; resolves to their names. */
async function killCreates(lab: LabServer): Promise<string[]> {
  const left = async (): Promise<string[]> => (await lab.select('SELECT n.name FROM networks n JOIN networks_nodes m ON m.network_id = n.id WHERE m.state = 0 ORDER BY n.name')).map(([name]) => String(name));
  for (let attempt = 0; attempt < 60; attempt++) {
    const name = `kill${String(attempt).padStart(2, '0')}`;
    const client = lab.spawn(['incus', 'network', 'create', name]);
    const ended = new Promise((resolve) => client.once('close', resolve));
    // The row is the sign that the request is being worked on.
    await eventually('the row', async () => (await lab.select(`SELECT id FROM networks WHERE name = '${name}'`)).length > 0 || client.exitCode !== null, { interval: 5 });
    client.kill('SIGKILL');
    await ended;
    await lab.request('POST', '/1.0/networks', { name: '' }); // answered once the create has ended
    const rows = await lab.select(`SELECT m.state FROM networks n JOIN networks_nodes m ON m.network_id = n.id WHERE n.name = '${name}'`);
    if (rows[0]?.[0] === 1) await lab.request('DELETE', `/1.0/networks/${name}`);
    if ((await left()).length >= 2) return left();
  }
  throw new Error('no killed client left a record');
}
