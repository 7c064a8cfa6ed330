import { afterEach, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Step } from '../../lib/sandbox/shape.js';
import { eventually } from '../helpers/run.js';
import type { Flow } from './flows.js';
import { flows } from './flows.js';
import type { Fault, Proxy } from './proxy.js';
import { startProxy } from './proxy.js';
import type { SandboxStage } from './sandbox-stage.js';
import { startSandboxStage } from './sandbox-stage.js';

/*
 * The connection ends while the server is at work. The server is held at one step of its create until we have
 * come back to look; what we then do must not depend on where it was.
 */

let stage: SandboxStage;
let proxy: Proxy;

afterEach(async () => {
  await proxy.close();
  await stage.stop();
});

/** Holds the server at a step of the last POST; resolves `begun` when it is there. */
function holding(name: Step['name'], member: string): { beforeStep(step: Step): Promise<void> | void; begun: Promise<void>; release(): void } {
  let release = (): void => undefined;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const held = new Promise<void>((resolve) => (release = resolve));
  return {
    begun,
    release,
    beforeStep(step) {
      if (step.name !== name || (member !== '' && step.member !== member)) return;
      begin();
      return held;
    },
  };
}

async function runHeld(flow: Flow, hold: ReturnType<typeof holding>, kind: 'cut-while' | 'hang-up', argv = flow.argv) {
  stage = await startSandboxStage(flow.shape, { beforeStep: hold.beforeStep });
  await flow.arrange(stage.target);
  const isLast = (label: string): boolean => label === `POST /1.0/networks?project=${flow.project}`;
  let seen = 0;
  proxy = await startProxy(stage.socket, ({ label }): Fault | null => {
    if (label.endsWith('(the lock)')) hold.release(); // we have come back to look
    if (!isLast(label)) return null;
    seen += 1;
    return { kind, begun: hold.begun };
  });

  const run = await stage.run('incus-network-create', argv, proxy.socketPath);
  hold.release();
  return { run, posts: seen, open: await stage.openTransactions() };
}

const records = (): unknown[][] => stage.target.sandbox.select('SELECT name, state FROM networks');

describe('when the connection ends and the server goes on', () => {
  it.each<[string, Flow, Step['name'], string]>([
    ['before it writes the record', flows.bridge, 'insert-record', ''],
    ['before the interface', flows.bridge, 'create-interface', ''],
    ['after the interface', flows.bridge, 'mark-member-created', ''],
    ['before the answer', flows.bridge, 'answer', ''],
    ['in a cluster, before it writes the config', flows.allMembers, 'write-global-config', ''],
    ['in a cluster, before the first interface', flows.allMembers, 'create-interface', 'node1'],
    ['in a cluster, before the last interface', flows.allMembers, 'create-interface', 'node2'],
    ['in a cluster, before the record is Created', flows.allMembers, 'mark-created', ''],
    ['on definitions that were there before', flows.final, 'create-interface', 'node2'],
  ])('waits for it, and the network is created: %s', async (_, flow, step, member) => {
    const { run, posts, open } = await runHeld(flow, holding(step, member), 'cut-while');

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
    expect({ posts, open, records: records() }).toEqual({ posts: 1, open: 0, records: [['web', 1]] });
  });

  it.each<[string, Flow, Step['name'], string]>([
    ['an ovn network without Open vSwitch', flows.ovn, 'define-all-members', ''],
    ['an interface in the way', flows.taken, 'create-interface', 'node1'],
  ])('waits for it, and takes back what failed: %s', async (_, flow, step, member) => {
    const { run, posts, open } = await runHeld(flow, holding(step, member), 'cut-while');

    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^Rolled back:$/m);
    expect({ posts, open, records: records() }).toEqual({ posts: 1, open: 0, records: [] });
    expect(stage.target.sandbox.interfaces('node1')).not.toContain('web');
  });
});

describe('when the server notices that its client is gone', () => {
  it.each<[string, Flow, Step['name'], string]>([
    ['before it writes the record', flows.bridge, 'insert-record', ''],
    ['before the interface', flows.bridge, 'create-interface', ''],
    ['after the interface', flows.bridge, 'mark-member-created', ''],
    ['in a cluster, before it writes the config', flows.allMembers, 'write-global-config', ''],
    ['in a cluster, after the first interface', flows.allMembers, 'mark-member-created', 'node1'],
    ['in a cluster, before the record is Created', flows.allMembers, 'mark-created', ''],
  ])('nothing is left, and we say so: %s', async (_, flow, step, member) => {
    const { run, posts, open } = await runHeld(flow, holding(step, member), 'hang-up');

    expect(run.status).toBe(1);
    expect({ posts, open, records: records() }).toEqual({ posts: 1, open: 0, records: [] });
    for (const each of stage.target.members) expect(stage.target.sandbox.interfaces(each)).not.toContain('web');
  });
});

describe('--wait', () => {
  it('ends with 5 while the server is still at work, and recover finishes it', async () => {
    const hold = holding('create-interface', '');
    stage = await startSandboxStage(flows.bridge.shape, { beforeStep: hold.beforeStep });
    proxy = await startProxy(stage.socket, () => null);

    const run = await stage.run('incus-network-create', [...flows.bridge.argv, '--wait', '1'], proxy.socketPath);
    const open = await stage.openTransactions();
    hold.release();
    const recovered = await stage.run('incus-safenet', ['recover'], proxy.socketPath);

    expect(run).toMatchObject({ status: 5, stdout: '' });
    expect(run.stderr).toMatch(/^Error: .*no answer within 1 s/m);
    expect(run.stderr).toContain('incus-safenet recover');
    expect(open).toBe(1);
    expect(recovered).toMatchObject({ status: 0 });
    await expect(readdir(path.join(stage.stateFolder, 'journal'))).resolves.toEqual([]);
    // The client has gone, so the server takes its half-made record back, or leaves it to us: it never stays.
    expect(records().filter(([, state]) => state !== 1)).toEqual([]);
  });

  it('ends with 0 when the server is done by the time we look', async () => {
    stage = await startSandboxStage(flows.bridge.shape);
    proxy = await startProxy(stage.socket, ({ label }) => (label.startsWith('POST') && !label.endsWith('(the lock)') ? { kind: 'late-answer', milliseconds: 1_500 } : null));

    const run = await stage.run('incus-network-create', [...flows.bridge.argv, '--wait', '1'], proxy.socketPath);

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
    expect({ open: await stage.openTransactions(), records: records() }).toEqual({ open: 0, records: [['web', 1]] });
  });

  it('ends with 5 when the request is still on its way, so that what it makes later is found', async () => {
    stage = await startSandboxStage(flows.bridge.shape);
    proxy = await startProxy(stage.socket, ({ label }) => (label.startsWith('POST') && !label.endsWith('(the lock)') ? { kind: 'delay', milliseconds: 1_500 } : null));

    const run = await stage.run('incus-network-create', [...flows.bridge.argv, '--wait', '1'], proxy.socketPath);
    const open = await stage.openTransactions();
    await eventually('the request that was on its way', () => records().some(([, state]) => state === 1));
    const recovered = await stage.run('incus-safenet', ['recover'], proxy.socketPath);

    expect(run).toMatchObject({ status: 5, stdout: '' });
    expect(open).toBe(1);
    expect(recovered).toMatchObject({ status: 0 });
    expect(await stage.openTransactions()).toBe(0);
  });

  describe('counts for the DELETE of a rollback as well', () => {
    async function runWithLateDelete(kind: 'delay' | 'late-answer') {
      stage = await startSandboxStage(flows.taken.shape);
      await flows.taken.arrange(stage.target);
      proxy = await startProxy(stage.socket, ({ label }) => (label.startsWith('DELETE') ? { kind, milliseconds: 1_500 } : null));
      return stage.run('incus-network-create', [...flows.taken.argv, '--wait', '1'], proxy.socketPath);
    }

    it('ends with 5 when it may still be carried out, and recover finishes it', async () => {
      const run = await runWithLateDelete('delay');
      const open = await stage.openTransactions();
      const recovered = await stage.run('incus-safenet', ['recover'], stage.socket);

      expect(run).toMatchObject({ status: 5, stdout: '', stderr: expect.stringMatching(/DELETE was not answered within 1 s, and may still be carried out/) });
      expect(open).toBe(1);
      expect(recovered).toMatchObject({ status: 0 });
      expect({ open: await stage.openTransactions(), records: records() }).toEqual({ open: 0, records: [] });
    });

    it('ends with 1 when it is read back that it has been carried out', async () => {
      const run = await runWithLateDelete('late-answer');

      expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('read back: nothing of it is left') });
      expect({ open: await stage.openTransactions(), records: records() }).toEqual({ open: 0, records: [] });
    });
  });
});
