import { afterEach, describe, expect, it } from '@jest/globals';
import type { SandboxOptions } from '../../lib/sandbox/shape.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import type { Shape } from '../helpers/target.js';

const running: SandboxTarget[] = [];
async function start(shape: Shape, options?: SandboxOptions): Promise<SandboxTarget> {
  const target = await startSandboxTarget(shape, options);
  running.push(target);
  return target;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((target) => target.stop()));
});

describe('sandbox', () => {
  it('starts a hundred times in little time', async () => {
    await start({ members: 2, ovs: 'none' });
    const begin = performance.now();

    for (let i = 0; i < 100; i++) await (await startSandboxTarget({ members: 2, ovs: 'none' })).stop();

    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('keeps one sandbox from seeing the records of another', async () => {
    const [one, other] = [await start({ members: 1, ovs: 'none' }), await start({ members: 1, ovs: 'none' })];

    await one.request('POST', '/1.0/networks', { name: 'br0' });

    expect(await one.select('SELECT name FROM networks')).toEqual([['br0']]);
    expect(await other.select('SELECT name FROM networks')).toEqual([]);
  });

  it('notes the requests that it gets, until told to forget them', async () => {
    const target = await start({ members: 1, ovs: 'none' });

    await target.request('GET', '/1.0/networks?project=default');
    expect(await target.requests()).toEqual(['GET /1.0/networks?project=default']);

    await target.clearRequests();
    expect(await target.requests()).toEqual([]);
  });

  it('answers again after its first member was stopped and started', async () => {
    const target = await start({ members: 2, ovs: 'none' });

    await target.stopMember('node1');
    await expect(target.request('GET', '/1.0')).rejects.toMatchObject({ code: expect.stringMatching(/ENOENT|ECONNREFUSED/) });

    await target.startMember('node1');
    expect(await target.request('GET', '/1.0')).toMatchObject({ status: 200 });
    expect(await target.requests()).toEqual(['GET /1.0']);
  });
});
