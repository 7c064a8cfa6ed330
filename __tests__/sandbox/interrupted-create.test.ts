import { afterEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { SandboxOptions, Shape, Step } from '../../lib/sandbox/shape.js';
import { rawRequest } from '../scenarios/sandbox-target.js';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

/** A POST whose client hangs up when the server comes to `step`. Ends when the server has finished with it. */
async function hangUpAt(step: Step['name'], shape: Shape): Promise<Sandbox> {
  let hangUp = () => {};
  const options: SandboxOptions = {
    beforeStep: async ({ name }) => {
      if (name !== step) return;
      hangUp();
      await sleep(10);
    },
  };
  const started = await startSandbox(shape, options);
  sandbox = started;
  for (const member of shape.members === 1 ? [] : started.members)
    await rawRequest(started.socketPath, 'POST', `/1.0/networks?target=${member}`, { name: 'br0' });

  await new Promise<void>((resolve) => {
    const outgoing = request({ socketPath: started.socketPath, method: 'POST', path: '/1.0/networks' });
    hangUp = () => outgoing.destroy();
    outgoing.on('error', () => resolve());
    outgoing.on('close', () => resolve());
    outgoing.end(JSON.stringify({ name: 'br0' }));
  });
  await sleep(30);
  return started;
}

const states = (server: Sandbox) =>
  server.select(
    'SELECT networks.state, networks_nodes.state FROM networks JOIN networks_nodes ON network_id = networks.id ORDER BY node_id',
  );

describe('a client that hangs up during its POST', () => {
  it('leaves nothing on a standalone server when it goes before the record', async () => {
    const server = await hangUpAt('insert-record', { members: 1, ovs: 'none' });

    expect(states(server)).toEqual([]);
  });

  it.each(['create-interface', 'mark-member-created'] as const)(
    'leaves a half-created record on a standalone server when it goes at %s',
    async (step) => {
      const server = await hangUpAt(step, { members: 1, ovs: 'none' });

      expect(states(server)).toEqual([[1, 0]]);
      expect(server.interfaces('node1')).not.toContain('br0');
      expect(await rawRequest(server.socketPath, 'GET', '/1.0/networks/br0')).toMatchObject({
        body: { metadata: { status: 'Pending' } },
      });
    },
  );

  it('changes nothing any more when it goes before the answer', async () => {
    const server = await hangUpAt('answer', { members: 1, ovs: 'none' });

    expect(states(server)).toEqual([[1, 1]]);
    expect(server.interfaces('node1')).toContain('br0');
  });

  it('leaves definitions that can be tried again in a cluster when it goes before the configuration', async () => {
    const server = await hangUpAt('write-global-config', { members: 2, ovs: 'none' });

    expect(states(server)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(await rawRequest(server.socketPath, 'POST', '/1.0/networks', { name: 'br0' })).toMatchObject({
      status: 201,
    });
  });

  it('leaves an Errored record with live bridges in a cluster when it goes before the end', async () => {
    const server = await hangUpAt('mark-created', { members: 2, ovs: 'none' });

    expect(states(server)).toEqual([
      [2, 1],
      [2, 1],
    ]);
    expect(server.interfaces('node2')).toContain('br0');
  });
});

describe('beforeStep', () => {
  it('names the steps of a create in a cluster in their order', async () => {
    const steps: string[] = [];
    sandbox = await startSandbox(
      { members: 2, ovs: 'none' },
      { beforeStep: ({ name, member }) => void steps.push([name, member].join(' ').trim()) },
    );
    for (const member of sandbox.members)
      await rawRequest(sandbox.socketPath, 'POST', `/1.0/networks?target=${member}`, { name: 'br0' });
    steps.splice(0);

    await rawRequest(sandbox.socketPath, 'POST', '/1.0/networks', { name: 'br0' });

    expect(steps).toEqual([
      'write-global-config',
      'create-interface node1',
      'mark-member-created node1',
      'create-interface node2',
      'mark-member-created node2',
      'mark-created',
      'answer',
    ]);
  });

  it('may fail, and the create with it', async () => {
    sandbox = await startSandbox(
      { members: 1, ovs: 'none' },
      {
        beforeStep: ({ name }) => {
          if (name === 'mark-member-created') throw new Error('database is locked');
        },
      },
    );

    expect(await rawRequest(sandbox.socketPath, 'POST', '/1.0/networks', { name: 'br0' })).toMatchObject({
      status: 500,
      body: { error: 'database is locked' },
    });

    expect(states(sandbox)).toEqual([]);
    expect(sandbox.interfaces('node1')).not.toContain('br0');
  });
});
