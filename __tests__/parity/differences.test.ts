import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { clusterLines, lines, ovnLines } from './lines.js';
import { elsewhere, reasons } from './reasons.js';

const page = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8');
const all = [...lines, ...clusterLines, ...ovnLines];

describe('docs/differences.md', () => {
  it('has a heading for every reason, and no other', () => {
    const headings = [...page.matchAll(/^## `(.*)`$/gm)].map(([, heading]) => heading);

    expect(headings).toEqual([...Object.keys(reasons), ...elsewhere]);
  });

  it.each(Object.keys(reasons))('names with %s a reason that a line shows', (reason) => {
    expect(all.some(({ differs }) => differs === reason)).toBe(true);
  });
});

describe('the lines', () => {
  it('are at least sixty that are the same', () => {
    expect(all.filter(({ differs }) => differs === undefined).length).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ['a standalone server', lines],
    ['a cluster', clusterLines],
    ['a server with OVN', ovnLines],
  ])('are all different on %s', (_, table) => {
    const texts = table.map((line) => JSON.stringify(line));

    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
  });
});
