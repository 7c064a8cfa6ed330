import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Shape } from '../helpers/target.js';
import { see, writeConfigurations } from '../parity/compare.js';
import type { Seen } from '../parity/compare.js';
import { clusterLines, lines, ovnLines } from '../parity/lines.js';
import type { Line } from '../parity/lines.js';
import { reasons } from '../parity/reasons.js';
import type { Aspect } from '../parity/reasons.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

const aspects: Aspect[] = ['stdout', 'status', 'error', 'networks'];

/** The same lines to two servers that are the same: one for the native client, one for ours. */
function describeParity(title: string, shape: Shape, its: readonly Line[]): void {
  describe(title, () => {
    let native: LabServer;
    let ours: LabServer;

    beforeAll(async () => {
      [native, ours] = await Promise.all([startLab(shape), startLab(shape)]);
      for (const lab of [native, ours]) {
        writeConfigurations(lab);
        await lab.createProject('plain', false);
        await lab.createProject('team', true);
      }
    }, 120_000);

    afterAll(async () => {
      await Promise.all([native?.stop(), ours?.stop()]);
    });

    it.each(its.map((line): [string, Line] => [titleOf(line), line]))('%s', async (_, line) => {
      const projects = ['default', 'team'];

      const [theirs, mine] = await Promise.all([see(line, 'native', native, projects), see(line, 'ours', ours, projects)]);

      compare(line, theirs, mine);
    });
  });
}

function compare({ differs }: Line, theirs: Seen, mine: Seen): void {
  const allowed: readonly Aspect[] = differs === undefined ? [] : reasons[differs];
  const kept = aspects.filter((aspect) => !allowed.includes(aspect));
  const only = (seen: Seen) => Object.fromEntries(kept.map((aspect) => [aspect, seen[aspect]]));

  expect(only(mine)).toEqual(only(theirs));
  // A line that says it differs, and does not, is no longer an exception.
  if (differs !== undefined) expect(mine).not.toEqual(theirs);
  if (differs === 'refused-before-sending') expect([theirs.status, mine.status]).toEqual([1, 3]);
}

function titleOf({ argv, stdin, env, before, differs }: Line): string {
  const words = argv.map((word) => (/^[\w.:=/-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  const input = stdin === undefined ? '' : ` < ${JSON.stringify(stdin.toString('latin1')).slice(0, 60)}`;
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value} `);
  return `${variables.join('')}incus network create ${words}${input}${before === undefined ? '' : ` after ${before.length} others`}: ${differs ?? 'the same'}`;
}

describeParity('on a standalone server', { members: 1, ovs: 'none' }, lines);
describeParity('on a standalone server with OVN', { members: 1, ovs: 'ovn' }, ovnLines);
describeParity('on a cluster of two', { members: 2, ovs: 'none' }, clusterLines);
