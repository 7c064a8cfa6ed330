import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Run } from '../helpers/run.js';
import { finish } from '../helpers/run.js';
import type { SandboxStage } from './sandbox-stage.js';
import { startSandboxStage } from './sandbox-stage.js';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const isRoot = process.geteuid?.() === 0;
/** Somebody without any rights. */
const NOBODY = 65_534;

let stage: SandboxStage;

afterEach(() => stage.stop());

/** The real program, as a process of its own. */
function start(argv: string[], { asNobody = false } = {}): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', '--import', pathOf('from-source.mjs'), pathOf('../../bin/incus-network-create.js'), ...argv], {
    env: { ...stage.target.env, HOME: stage.stateFolder, INCUS_SAFENET_STATE_DIR: stage.stateFolder },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(asNobody && isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
}

/** As `| true` does: the reader is gone before anything is written. */
function closing(streams: ('stdout' | 'stderr')[], argv: string[]): Promise<Run> {
  const child = start(argv);
  for (const name of streams) child[name]?.destroy();
  return finish(child, argv.join(' '), { timeout: 25_000 });
}

const records = (): unknown[][] => stage.target.sandbox.select('SELECT name, state FROM networks');

describe.each([[['stdout']], [['stderr']], [['stdout', 'stderr']]] as ('stdout' | 'stderr')[][][])('when nobody reads %j', (streams) => {
  it('the network is created, and the exit status says so', async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });

    const run = await closing(streams, ['web']);

    expect({ status: run.status, signal: run.signal, records: records() }).toEqual({ status: 0, signal: null, records: [['web', 1]] });
    expect(run.stdout + run.stderr).not.toMatch(/EPIPE|^ {4}at /m);
  });

  it('a refusal is a refusal', async () => {
    stage = await startSandboxStage({ members: 2, ovs: 'none' });
    await stage.target.createProject('test', true);

    const run = await closing(streams, ['web', '--project=test']);

    expect({ status: run.status, signal: run.signal, records: records() }).toEqual({ status: 3, signal: null, records: [] });
  });

  it('a rollback is carried out to its end', async () => {
    stage = await startSandboxStage({ members: 2, ovs: 'none' });
    await stage.target.createProject('test', true);

    const run = await closing(streams, ['web', '--project=test', '-v', '--ignore-check=type-default,ovn-available']);

    expect({ status: run.status, signal: run.signal, records: records(), open: await stage.openTransactions() }).toEqual({ status: 1, signal: null, records: [], open: 0 });
  });
});

describe('the real program', () => {
  beforeEach(async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });
  });

  it('says in one line that 10 MB on standard input are too much, to whoever writes them', async () => {
    const run = await finish(start(['web']), 'create', { stdin: Buffer.alloc(10 * 1024 * 1024, 'word: '), timeout: 25_000 });

    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Error: [^\n]+\n$/);
    expect(records()).toEqual([]);
  });

  it('says that the socket is not for us', async () => {
    await chmod(stage.stateFolder, 0o777);
    await chmod(path.dirname(stage.socket), 0o755);
    await chmod(stage.socket, 0o000);

    const run = await finish(start(['web'], { asNobody: true }), 'create', { timeout: 25_000 });

    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(/^Error: You don't have the needed permissions to talk to the incus daemon \(socket path: [^\n]+\)\n$/);
  });
});
