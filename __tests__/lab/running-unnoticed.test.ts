import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, finish } from '../helpers/run.js';
import type { LabServer } from './servers.js';
import { startLab } from './servers.js';

jest.setTimeout(120_000);

let lab: LabServer;
beforeAll(async () => void (lab = await startLab({ members: 1, ovs: 'none' })));
afterAll(() => lab.stop());

const state = (): Record<string, string> => ({ INCUS_SAFENET_STATE_DIR: path.join(lab.folder, 'state') });
const entries = (): Promise<string[]> => readdir(path.join(lab.folder, 'state', 'journal')).then((names) => names.filter((name) => name.endsWith('.json')), () => []);
const rows = (): Promise<unknown[][]> => lab.select('SELECT networks.name, networks.state, networks_nodes.state FROM networks JOIN networks_nodes ON network_id = networks.id');
const recover = (): ReturnType<LabServer['safenet']> => lab.safenet('incus-safenet', ['recover'], { env: state() });
const create = (network: string, config: string[]) => lab.spawn(lab.argvOf('incus-network-create', [network, ...config]), { env: state(), cwd: process.cwd() });
const dnsmasq = async (network: string): Promise<string[]> => (await lab.exec('node1', ['ps', '-e', '-o', 'args'])).stdout.split('\n').filter((line) => line.startsWith('dnsmasq') && line.includes(`--interface=${network}`));

async function expectNothingLeft(network: string): Promise<void> {
  await expect(rows()).resolves.toEqual([]);
  await expect(lab.interfaces('node1')).resolves.not.toContain(network);
  await expect(entries()).resolves.toEqual([]);
}

/** A create of ours that was cut off when the server had made its network, and whose row then says Pending. */
async function cutOff(network: string, config: string[]): Promise<void> {
  const ended = finish(create(network, config), network);
  const entry = await eventually('the entry in the journal', firstEntry, { interval: 1 });
  await expect(ended).resolves.toMatchObject({ status: 0 });
  await writeFile(entry.file, entry.text);
  await lab.request('POST', '/internal/sql', { database: 'global', query: 'UPDATE networks_nodes SET state = 0' });
}

async function firstEntry(): Promise<{ file: string; text: string } | null> {
  const [name] = await entries();
  if (name === undefined) return null;
  const file = path.join(lab.folder, 'state', 'journal', name);
  return { file, text: await readFile(file, 'utf8') };
}

describe('a network of ours that runs although its row says Pending', () => {
  it.each<[string, string[]]>([
    ['with addresses', ['ipv4.address=10.96.1.1/24', 'ipv6.address=none']],
    ['without any', ['ipv4.address=none', 'ipv6.address=none']],
    ['with a hardware address that was asked for', ['ipv4.address=none', 'ipv6.address=none', 'bridge.hwaddr=02:11:22:33:44:55']],
  ])('is taken back whole by recover: %s', async (_, config) => {
    await cutOff('web', config);
    await expect(lab.request('GET', '/1.0/networks/web')).resolves.toMatchObject({ body: { metadata: { status: 'Pending' } } });
    await expect(lab.interfaces('node1')).resolves.toContain('web');

    await expect(recover()).resolves.toMatchObject({ status: 0, stdout: expect.stringMatching(/taken back\n.*\n.*backed up the row: .*\n.*set the row of its member to Created/) });

    await expectNothingLeft('web');
    await expect(dnsmasq('web')).resolves.toEqual([]);
  });

  it('is taken back whole when Incus was killed in the middle of its create', async () => {
    for (let attempt = 0; ; attempt++) {
      const ended = finish(create('mid', ['ipv4.address=10.96.2.1/24', 'ipv6.address=none']), 'mid');
      await eventually('the interface', async () => (await lab.interfaces('node1')).includes('mid'), { interval: 1 });
      await lab.stopMember('node1');
      await expect(ended).resolves.toMatchObject({ status: 5 });
      await lab.startMember('node1');
      if ((await rows()).some(([, , member]) => member === 0)) break;

      // It had been quicker than we were.
      expect(attempt).toBeLessThan(10);
      await recover();
      await lab.incus(['network', 'delete', 'mid']);
    }

    await expect(recover()).resolves.toMatchObject({ status: 0, stdout: expect.stringContaining('taken back') });

    // A dnsmasq that Incus had started when it died, and not yet noted down, is nothing that it could tell of.
    await expectNothingLeft('mid');
  });

  it('leaves a bridge alone that somebody has made under its name', async () => {
    await cutOff('web', ['ipv4.address=none', 'ipv6.address=none']);
    await lab.removeInterface('node1', 'web');
    await lab.exec('node1', ['ip', 'link', 'add', 'web', 'type', 'bridge']);

    const { status, stdout } = await recover();

    expect({ status, stdout }).toEqual({ status: 4, stdout: expect.stringMatching(/nothing shows who has made it \(the server; look at it[^]*ip -details link show dev web/) });
    expect(stdout).not.toContain('ip link delete');
    await expect(rows()).resolves.toEqual([]);
    await expect(lab.interfaces('node1')).resolves.toContain('web');

    await lab.removeInterface('node1', 'web');
    await expect(recover()).resolves.toMatchObject({ status: 0 });
    await expectNothingLeft('web');
  });
});
