import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

let lab: LabServer;
const folder = mkdtempSync(join(tmpdir(), 'confined-'));
beforeAll(async () => void (lab = await startLab({ members: 1, ovs: 'none' })), 120_000);
afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the kernel was asked for by one of our programs, threads and children included. */
async function systemCalls(...argv: string[]): Promise<string[]> {
  const trace = join(folder, 'trace');
  const calls = 'connect,bind,sendto,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat';
  const run = await lab.exec('node1', ['strace', '-f', '-qq', '-s', '400', '-e', `trace=${calls}`, '-o', trace, ...lab.argvOf('incus-network-create', argv)]);
  if (run.status !== 0) throw new Error(run.stderr);
  return readFileSync(trace, 'utf8').split('\n');
}

const quotedPaths = (call: string): string[] => [...call.matchAll(/"([^"]*)"/g)].map(([, path = '']) => path);

describe('a create', () => {
  it('opens no connection but to the chosen server, and writes nowhere but in the state folder', async () => {
    const { INCUS_SAFENET_STATE_DIR: state = '?' } = lab.envOf('node1');

    const calls = await systemCalls('confined', '--type=bridge');

    const connected = calls.filter((call) => /\b(connect|sendto|bind)\(.*sa_family/.test(call)).flatMap(quotedPaths);
    expect(new Set(connected)).toEqual(new Set([lab.socket('node1')]));
    expect(calls.filter((call) => /AF_INET/.test(call))).toEqual([]);

    const opened = calls.filter((call) => /\bopen(at)?\(.*(O_WRONLY|O_RDWR|O_CREAT)/.test(call));
    const changed = calls.filter((call) => /\b(creat|mkdir|rename|unlink|link|symlink|truncate|f?chmod)[a-z0-9]*\(/.test(call));
    const written = [...opened, ...changed].flatMap(quotedPaths).filter((path) => path !== '/dev/null' && path !== '/dev/tty');
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((path) => !`${path}/`.startsWith(`${state}/`) && !`${state}/`.startsWith(`${path}/`))).toEqual([]);
  });
});
