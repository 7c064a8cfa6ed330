import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../lib/doctor/parallel.js';

describe('inParallel', () => {
  it('keeps the order of the items, and has no more than the limit under way', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 50 }, (_, index) => index);

    const results = await inParallel(items, 4, async (item) => {
      most = Math.max(most, ++running);
      // The later an item, the sooner it is done.
      for (let turn = item; turn < 50; turn++) await Promise.resolve();
      running--;
      return item * 2;
    });

    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(4);
  });

  it('rejects with the first error', async () => {
    await expect(inParallel([1, 2, 3], 2, (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item)))).rejects.toThrow('two');
  });

  it('resolves to nothing for nothing', async () => {
    await expect(inParallel([], 4, () => Promise.reject(new Error('never called')))).resolves.toEqual([]);
  });
});
