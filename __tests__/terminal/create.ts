import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { keys } from '../helpers/terminal.js';
import type { OnTerminal } from '../helpers/terminal.js';
import type { Target } from '../helpers/target.js';
import type { Stage } from './stage.js';

let terminal: OnTerminal;
let count = 0;
const nextName = (): string => `t${(count += 1)}`;

const journal = async ({ env }: Target): Promise<string[]> => (await readdir(join(env.INCUS_SAFENET_STATE_DIR ?? '', 'journal')).catch(() => [])).filter((name) => name.endsWith('.json'));
const records = (target: Target, name: string): Promise<unknown[][]> => target.select(`SELECT name, state FROM networks WHERE name = '${name}'`);

/** What a create does whose terminal is closed, or whose user presses Ctrl-C: the same in every way that leads to one. */
export function describeCreate(stage: () => Stage<Target>): void {
  afterEach(() => terminal?.close());

  const isTakenBack = async (name: string): Promise<void> => {
    const { target } = stage();
    expect(await terminal.status()).toBe(130);
    expect(await records(target, name)).toEqual([]);
    for (const member of target.members) expect(await target.interfaces(member)).not.toContain(name);
    expect(await journal(target)).toEqual([]);
  };

  /**
   * Strikes while the server is held. Where it was done before that, or answers at the same time, the network stays: that
   * is right, and shows nothing of what is wanted here.
   */
  async function inTheMiddle(begin: (name: string) => Promise<void>, strike: () => Promise<void>): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const name = nextName();
      const held = await stage().hold();
      await begin(name);
      await held.reached();
      await strike();
      await held.goOn();
      if (attempt === 5 || (await terminal.status()) !== 0) return name;

      expect(await records(stage().target, name)).toEqual([[name, 1]]);
      terminal.close();
    }
  }

  /** From the command line, and by way of the guide's last question. */
  const ways: [string, (name: string) => Promise<void>][] = [
    [
      'a create',
      async (name) => {
        terminal = stage().open(['incus-network-create', name, 'ipv4.address=none', 'ipv6.address=none']);
      },
    ],
    [
      'a create by the guide',
      async (name) => {
        terminal = stage().open(['incus-safenet', 'guide', '--project', 'default']);
        await terminal.shows('Which type?');
        terminal.type(keys.enter);
        await terminal.shows('What is its name?');
        terminal.type(`${name}${keys.enter}`);
        await terminal.shows('IPv4 addresses for instances?');
        terminal.type(`${keys.down}${keys.down}${keys.enter}`);
        await terminal.shows('IPv6 addresses for instances?');
        terminal.type(`${keys.down}${keys.enter}`);
        await terminal.shows('A description');
        terminal.type(keys.enter);
        await terminal.shows('Create it?');
        terminal.type(keys.enter);
      },
    ],
  ];

  describe.each(ways)('%s', (_, begin) => {
    it('is taken back when its terminal is closed', async () => {
      const name = await inTheMiddle(begin, () => terminal.hangUp());

      await isTakenBack(name);
    });

    it('is taken back on Ctrl-C, and says so', async () => {
      const name = await inTheMiddle(begin, async () => {
        terminal.type(keys.interrupt);
        await Promise.race([terminal.shows('Waiting for the server to answer before undoing'), terminal.status()]);
      });

      await isTakenBack(name);
      await terminal.shows('Waiting for the server to answer before undoing');
      await terminal.shows('was rolled back');
      expect((await terminal.screen()).filter((line) => line.includes('creating network') || line.includes('rolling back'))).toEqual([]);
    });

    it('shows a spinner while the server takes its time, and nothing of it afterwards', async () => {
      const name = nextName();
      const held = await stage().hold();
      await begin(name);
      await held.reached();

      await terminal.shows(`creating network "${name}"`);
      await held.goOn();

      expect(await terminal.status()).toBe(0);
      await terminal.shows(`Network ${name} created`);
      expect((await terminal.screen()).filter((line) => line.includes(`creating network "${name}"`))).toEqual([]);
    });
  });

  it('goes on without a terminal, where nobody says that it is gone', async () => {
    const name = nextName();
    const held = await stage().hold();
    terminal = stage().open(['incus-network-create', name, 'ipv4.address=none', 'ipv6.address=none', '-v'], { noHangup: true });
    await held.reached();

    await terminal.hangUp();
    await held.goOn();

    expect(await terminal.status()).toBe(0);
    expect(await records(stage().target, name)).toEqual([[name, 1]]);
    expect(await journal(stage().target)).toEqual([]);
  });

  describe.each<[string, Record<string, string>]>([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ])('with %s', (_, env) => {
    it.each([
      ['check', ['incus-safenet', 'check', 'web0'], 0],
      ['a refusal', ['incus-network-create', 'web0', '--project', 'web'], 3],
      ['doctor', ['incus-safenet', 'doctor'], 2],
      ['help', ['incus-safenet', '--help'], 0],
    ])('%s writes no escapes', async (what, argv, status) => {
      void what;
      terminal = stage().open(argv, { env, columns: 40 });

      expect(await terminal.status()).toBe(status);
      // eslint-disable-next-line no-control-regex -- escapes are what is looked for
      expect(terminal.raw()).not.toMatch(/\u001b/);
    });
  });
}

/** A rollback in a cluster, with the terminal gone before it begins. */
export function describeClusterCreate(stage: () => Stage<Target>): void {
  afterEach(() => terminal?.close());

  it.each([
    ['is told so', false],
    ['is not told', true],
  ])('a create on all members ends well when its terminal is gone and it %s', async (_, noHangup) => {
    const name = nextName();
    const held = await stage().hold();
    terminal = stage().open(['incus-network-create', name, 'ipv4.address=none', 'ipv6.address=none', '--all-members', '-v'], { noHangup });
    await held.reached();

    await terminal.hangUp();
    await held.goOn();

    const status = await terminal.status();
    expect(noHangup ? [0] : [0, 130]).toContain(status);
    expect(await records(stage().target, name)).toEqual(status === 0 ? [[name, 1]] : []);
    expect(await journal(stage().target)).toEqual([]);
  });

  it.each([true, false])('a rollback goes to its end without a terminal (told so: %j)', async (isTold) => {
    const name = nextName();
    const held = await stage().hold();
    const [, last = ''] = stage().target.members;
    // It cannot succeed: an interface of that name is on the last member.
    await stage().target.addInterface(last, name);
    terminal = stage().open(['incus-network-create', name, 'ipv4.address=none', 'ipv6.address=none', '--all-members', '-v', '--ignore-check', 'interface-free'], { noHangup: !isTold });
    await held.reached();

    await terminal.hangUp();
    await held.goOn();

    expect(isTold ? [1, 130] : [1]).toContain(await terminal.status());
    expect(await records(stage().target, name)).toEqual([]);
    expect(await journal(stage().target)).toEqual([]);
    await stage().target.removeInterface(last, name);
  });
}
