import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { personOf, serverCertificate } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/** Seconds that every remote has. */
const WAIT = 6;

const names = (count: number, name: string): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);
const good = names(9, 'good');
const hangs = names(5, 'hangs');
const refuses = names(5, 'refuses');

let lab: LabServer;
let ann: Person;

describe('doctor --all-remotes, with real servers among 20 remotes', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'none' });
    await lab.createProject('test', true);
    await lab.incus(['network', 'create', 'web', '--project', 'test']);
    ann = await personOf(lab, 'ann');

    // Takes connections, and says nothing.
    const silent = lab.spawn([process.execPath, '-e', `require('node:net').createServer(() => {}).listen(9000, '127.0.0.1', () => console.log('ready'))`]);
    await once(silent.stdout as NonNullable<typeof silent.stdout>, 'data');
    const members = await Promise.all(lab.members.map((member) => lab.address(member)));
    const address = (name: string, index: number): string =>
      name.startsWith('good') ? (members[index % members.length] ?? '') : name.startsWith('hangs') ? '127.0.0.1:9000' : '127.0.0.1:1';
    const https = [...good, ...hangs, ...refuses];
    const lines = https.map((name, index) => `  ${name}: {addr: "https://${address(name, index)}"}\n`);
    // `local` is the tenth that answers: it is on this machine.
    await ann.write('config.yml', `default-remote: good0\nremotes:\n${lines.join('')}  pictures: {addr: "https://127.0.0.1:1", protocol: simplestreams, public: true}\n`);
    await mkdir(join(ann.env.INCUS_CONF, 'servercerts'), { recursive: true });
    for (const name of https) await ann.write(`servercerts/${name}.crt`, await serverCertificate(lab));
  });
  afterAll(() => lab.stop());

  it('ends with the slowest, and reports ten in full', async () => {
    const begun = performance.now();
    const run = await lab.safenet('incus-safenet', ['doctor', '--all-remotes', '--wait', `${WAIT}`], { env: ann.env });
    const seconds = (performance.now() - begun) / 1000;

    expect(run.status).toBe(2);
    expect(seconds).toBeLessThan(WAIT + 1);
    const reports = run.stdout.split(/^(?=Remote ")/m);
    expect(reports.map((report) => /^Remote "(.*)"/.exec(report)?.[1])).toEqual([...good, 'local']);
    for (const report of reports) {
      expect(report).toContain('1 hidden record:');
      expect(report).toContain('1 project at risk:');
    }
    const unread = run.stderr.match(/^Not seen: remote ".*?": .*$/gm) ?? [];
    expect(unread.filter((line) => /"hangs\d": it was not done within 6 s$/.test(line))).toHaveLength(5);
    expect(unread.filter((line) => /"refuses\d": .*connection refused/.test(line))).toHaveLength(5);
  });
});
