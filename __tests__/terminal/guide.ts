import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../helpers/run.js';
import type { OnTerminal } from '../helpers/terminal.js';
import { keys } from '../helpers/terminal.js';
import type { Target } from '../helpers/target.js';
import type { Stage } from './stage.js';

const { enter, up, down, interrupt, end } = keys;

/** Terminals of all kinds, and how the first questions look on them. */
const kinds: [string, Record<string, string>, number][] = [
  ['a usual terminal', {}, 80],
  ['a narrow terminal', {}, 40],
  ['a terminal without colours', { NO_COLOR: '1' }, 80],
  ['a narrow terminal without colours', { NO_COLOR: '1' }, 40],
  ['the console of Linux', { TERM: 'linux' }, 80],
  ['a terminal without Unicode', { LANG: 'C', LC_ALL: 'POSIX' }, 40],
  ['a dumb terminal', { TERM: 'dumb' }, 80],
  ['a narrow dumb terminal without Unicode', { TERM: 'dumb', LANG: 'C' }, 40],
];

/** The guide on a standalone server without Open vSwitch, in the project `default` of several. */
export function describeGuide(stage: () => Stage<Target>): void {
  let terminal: OnTerminal;
  let count = 0;
  let name = '';
  beforeEach(async () => {
    name = `g${(count += 1)}`;
    await stage().target.clearRequests();
  });
  afterEach(() => terminal.close());

  const guide = (env: Record<string, string> = {}, columns = 80): OnTerminal => stage().open(['incus-safenet', 'guide', '--project', 'default'], { env, columns });
  const writes = async () => (await stage().target.requests()).filter((request) => !request.startsWith('GET'));
  const record = async () => (await stage().target.request('GET', `/1.0/networks/${name}`)).body.metadata;

  /** Waits until that is the question which is open, and not one that was answered before. */
  async function asks(question: string): Promise<void> {
    await eventually(`the question ${question}`, async () => (await terminal.screen()).filter((line) => /^[?✔*] /.test(line)).at(-1)?.startsWith(`? ${question}`));
  }

  /** Waits until the screen is that one: what is drawn comes in pieces. */
  async function becomes(lines: string[]): Promise<void> {
    await eventually('the screen', async () => (await terminal.screen()).join('\n') === lines.join('\n')).catch(async () => expect(await terminal.screen()).toEqual(lines));
  }

  /** Answers up to the last question. On a dumb terminal the proposals are the same, and numbers choose. */
  async function answerAll(isDumb = false): Promise<void> {
    const choose = (at: number): void => terminal.type(isDumb ? `${at}${enter}` : `${down.repeat(at - 1)}${enter}`);
    const asked = isDumb ? terminal.shows : asks;
    await asked('Which type?');
    choose(1);
    await asked('What is its name?');
    terminal.type(`${name}${enter}`);
    await asked('IPv4 addresses for instances?');
    choose(3);
    await asked('IPv6 addresses for instances?');
    choose(2);
    await asked('A description');
    terminal.type(enter);
    await asked('Create it?');
  }

  it.each(kinds)('ends in the right network on %s', async (_, env, columns) => {
    terminal = guide(env, columns);

    await answerAll(env.TERM === 'dumb');
    terminal.type(enter);

    expect(await terminal.status()).toBe(0);
    await terminal.shows(`Network ${name} created`);
    await terminal.shows(`incus network show ${name}`);
    expect(await record()).toMatchObject({ status: 'Created', type: 'bridge', config: { 'ipv4.address': 'none', 'ipv6.address': 'none' } });
    // eslint-disable-next-line no-control-regex -- escapes are what is looked for
    if (env.TERM === 'dumb') expect(terminal.raw()).not.toMatch(/\u001b/);
    // eslint-disable-next-line no-control-regex -- colours are what is looked for
    if (env.NO_COLOR) expect(terminal.raw()).not.toMatch(/\u001b\[[0-9;]*m/);
    if (env.TERM === 'linux' || env.LANG === 'C') expect(terminal.raw()).not.toMatch(/\P{ASCII}/u);
  });

  it.each([40, 80])('leaves no traces of what was drawn before, in %i columns', async (columns) => {
    terminal = guide({}, columns);
    await terminal.shows('no br-int)');
    const before = await terminal.screen();

    terminal.type(up);
    await terminal.shows('this does not work here');
    // Enter on what does not work is no answer.
    terminal.type(enter);
    terminal.type(down);
    await becomes(before);

    terminal.type(enter);
    await terminal.shows('? What is its name? ›');
    const question = await terminal.screen();
    terminal.type('web 1');
    await terminal.shows('an interface cannot have');
    terminal.type(enter);
    await eventually('the answer in red', () => terminal.raw().includes('\u001b[31mweb 1'));
    terminal.type(keys.erase.repeat(5));
    await becomes(question);

    terminal.type(`web 1${enter}${keys.erase.repeat(5)}${name}${enter}`);
    await terminal.shows('IPv4 addresses for instances?');
    const said = (await terminal.screen()).join('\n');
    expect(said).not.toContain('cannot have');
    expect(said.slice(said.indexOf('IPv4')).split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(columns === 40 ? 8 : 6);
  });

  it('goes back a question, and another', async () => {
    terminal = guide();
    await asks('Which type?');
    terminal.type(enter);
    await asks('What is its name?');
    terminal.type(`${name}x${enter}`);
    await asks('IPv4 addresses for instances?');
    terminal.type(`${up}${enter}`);
    await asks('What is its name?');
    terminal.type(`<${enter}`);
    await asks('Which type?');

    await answerAll();
    terminal.type(enter);

    expect(await terminal.status()).toBe(0);
    expect(await record()).toMatchObject({ status: 'Created' });
    expect((await stage().target.request('GET', `/1.0/networks/${name}x`)).status).toBe(404);
  });

  it('empties a line at Ctrl-U, and takes no other such key for a letter', async () => {
    terminal = guide();
    await asks('Which type?');
    terminal.type(enter);
    await asks('What is its name?');

    terminal.type(`wrong one\u0015\u0017${name}\u000b${enter}`);

    await terminal.shows(`What is its name? … ${name}`);
    await asks('IPv4 addresses for instances?');
    terminal.type(interrupt);
    expect(await terminal.status()).toBe(130);
  });

  describe.each([
    ['Ctrl-C', interrupt],
    ['Ctrl-D', end],
  ])('%s', (_, key) => {
    it.each<[string, () => Promise<void>]>([
      ['a choice', () => asks('Which type?')],
      ['a name', async () => (await asks('Which type?'), terminal.type(enter), asks('What is its name?'))],
      ['the last question', () => answerAll()],
    ])('at %s leaves with 130, and nothing is sent', async (where, reach) => {
      void where;
      terminal = guide();
      await reach();

      terminal.type(key);

      expect(await terminal.status()).toBe(130);
      await terminal.shows('Error: interrupted: nothing was');
      expect(await writes()).toEqual([]);
      // The cursor is there again.
      expect(terminal.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.raw().lastIndexOf('\u001b[?25l'));
    });

    it('at a line of a dumb terminal leaves with 130, and nothing is sent', async () => {
      terminal = guide({ TERM: 'dumb' });
      await terminal.shows('A number [1]');

      terminal.type(key);

      expect(await terminal.status()).toBe(130);
      expect(await writes()).toEqual([]);
    });
  });

  describe('a terminal that is closed', () => {
    it.each<[string, Record<string, string>, () => Promise<void>]>([
      ['at a choice', {}, () => asks('Which type?')],
      ['at the last question', {}, () => answerAll()],
      ['at a line of a dumb terminal', { TERM: 'dumb' }, () => terminal.shows('A number [1]')],
    ])('%s ends it, and nothing is sent', async (_, env, reach) => {
      terminal = guide(env);
      await reach();

      await terminal.hangUp();

      expect(await terminal.status()).toBe(130);
      expect(await writes()).toEqual([]);
    });
  });
}
