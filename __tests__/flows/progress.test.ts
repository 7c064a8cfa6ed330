import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../lib/sandbox/shape.js';
import type { World } from '../../lib/world.js';
import { eventually } from '../helpers/run.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

interface Seen {
  run: CliRun;
  /** Every text of the line that moves. */
  shown: string[];
  isShown: boolean;
}

/** A create on all of three members, with `during` while the server is at a step; it goes on when `during` is over. */
async function create(argv: string[], terminal: { isTTY: boolean; columns?: number }, during: (step: Step, shown: string[]) => Promise<void>): Promise<Seen> {
  const target = await startSandboxTarget({ members: 3, ovs: 'none' }, { beforeStep: (step) => during(step, shown) });
  const shown: string[] = [];
  let isShown = false;
  let stderr = '';
  const spinner: World['spinner'] = (text) => {
    isShown = true;
    shown.push(text);
    return Promise.resolve({
      get text() {
        return shown.at(-1) ?? '';
      },
      set text(now) {
        shown.push(now);
      },
      stop: () => void (isShown = false),
    });
  };
  try {
    const world = { spinner, stderr: { isTTY: terminal.isTTY, columns: terminal.columns ?? 80, write: (text: string) => void (stderr += text) } };
    const run = await runCli('incus-network-create', ['web', 'ipv4.address=none', 'ipv6.address=none', '--all-members', ...argv], target.env, { stdin: '', world });
    return { run: { ...run, stderr }, shown, isShown };
  } finally {
    await target.stop();
  }
}

describe('progress', () => {
  it('names the member that is being defined, and those that follow', async () => {
    const { run, shown, isShown } = await create([], { isTTY: true }, async ({ name, member }, texts) => {
      if (name !== 'define-member') return;
      await eventually(`the word of ${member}`, () => texts.at(-1)?.includes(`on member ${member}`));
    });

    expect(run).toMatchObject({ status: 0, stdout: 'Network web created\n' });
    expect(shown).toEqual(
      expect.arrayContaining(['defining network "web" on member node1, then on node2, node3', 'defining network "web" on member node2, then on node3', 'defining network "web" on member node3', 'creating network "web"']),
    );
    expect(isShown).toBe(false);
  });

  it('fits a narrow terminal', async () => {
    const { shown } = await create([], { isTTY: true, columns: 30 }, async ({ name }, texts) => {
      if (name === 'define-member') await eventually('the line', () => texts.length > 0);
    });

    expect(shown.length).toBeGreaterThan(0);
    expect(Math.max(...shown.map((text) => text.length))).toBeLessThanOrEqual(26);
  });

  it('names the members that have not answered', async () => {
    const { shown } = await create([], { isTTY: true }, async ({ name }, texts) => {
      if (name === 'answer') await eventually('the line', () => texts.length > 0);
    });

    expect(shown.some((text) => /^asking every member for the network: waiting for node\d/.test(text))).toBe(true);
  });

  it('is lines with the time with -v where there is no terminal, and nothing without', async () => {
    const during = (): Promise<void> => Promise.resolve();
    const verbose = await create(['-v'], { isTTY: false }, during);
    const quiet = await create([], { isTTY: false }, during);

    expect(verbose.run.stderr).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [^\n]+\n)+$/);
    expect(verbose.run.stderr).toContain('Z defining network "web" on member node2, then on node3\n');
    expect(quiet.run.stderr).toBe('');
    expect([...verbose.shown, ...quiet.shown]).toEqual([]);
  });
});
