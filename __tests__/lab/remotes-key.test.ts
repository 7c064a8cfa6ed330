import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OnTerminal } from '../helpers/terminal.js';
import { keys, onTerminal } from '../helpers/terminal.js';
import { pem } from '../remotes/far-side.js';
import { usual } from '../terminal/stage.js';
import { personOf } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

const key = createPrivateKey(pem('client.key'));
const traditional = key.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open sesame' }).toString();
const pkcs8 = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }).toString();

let lab: LabServer;
let ann: Person;

/** A program on a terminal; it is closed whatever happens. */
async function onPty(argv: string[], use: (terminal: OnTerminal) => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  const terminal = onTerminal((words) => lab.spawn(words, { stdin: 'pipe', env: { ...usual, ...ann.env, ...env } }), argv);
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}
const create = (network: string): string[] => lab.argvOf('incus-network-create', [network, 'ipv6.address=none']);
const bridges = async (): Promise<unknown[][]> => lab.select('SELECT name FROM networks ORDER BY name');

describe('a client key with a password', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    ann = await personOf(lab, 'ann');
  });
  afterAll(() => lab.stop());
  beforeEach(() => ann.write('client.key', traditional));

  it.each([
    ['as the native client reads it', 'one', traditional, {}],
    ['in PKCS #8', 'two', pkcs8, {}],
    ['on a terminal that can do nothing', 'three', traditional, { TERM: 'dumb' }],
  ])('is opened with the one that is typed, which nobody sees: %s', async (_, network, protectedKey, env) => {
    await ann.write('client.key', protectedKey);

    await onPty(create(network), async (terminal) => {
      await terminal.shows(`Password for ${ann.env.INCUS_CONF}/client.key:`);
      terminal.type(`open sesame${keys.enter}`);
      await terminal.shows(`Network ${network} created`);

      await expect(terminal.status()).resolves.toBe(0);
      expect(terminal.raw()).not.toMatch(/sesame|::/);
    }, env);
  });

  it('stays closed with another, in the words of the native client', async () => {
    const before = await bridges();
    const said: (string | undefined)[] = [];
    for (const argv of [create('never'), ['incus', 'network', 'create', 'never']]) {
      await onPty(argv, async (terminal) => {
        await terminal.shows('Password for ');
        terminal.type(`abracadabra${keys.enter}`);
        await expect(terminal.status()).resolves.toBe(1);
        said.push((await terminal.screen()).find((line) => line.startsWith('Error:')));
      });
    }

    expect(said).toEqual(Array(2).fill('Error: x509: decryption password incorrect'));
    await expect(bridges()).resolves.toEqual(before);
  });

  it('need not be given: Ctrl-C at the question ends it, and nothing was sent', async () => {
    await lab.clearRequests();

    await onPty(create('never'), async (terminal) => {
      await terminal.shows('Password for ');
      terminal.type(keys.interrupt);

      await expect(terminal.status()).resolves.toBe(130);
    });
    await expect(lab.requests()).resolves.toEqual([]);
  });

  it('is asked for once where several remotes have it', async () => {
    const fields = `{addr: "https://127.0.0.1:8443"}`;
    await ann.write('config.yml', `default-remote: a\nremotes:\n  a: ${fields}\n  b: ${fields}\n  c: ${fields}\n`);
    const certificate = await lab.exec('node1', ['cat', `${ann.env.INCUS_CONF}/servercerts/lab.crt`]);
    for (const name of ['a', 'b', 'c']) await ann.write(`servercerts/${name}.crt`, certificate.stdout);

    await onPty(lab.argvOf('incus-safenet', ['doctor', '--all-remotes']), async (terminal) => {
      await terminal.shows('Password for ');
      terminal.type(`open sesame${keys.enter}`);

      await expect(terminal.status()).resolves.toBe(0);
      const screen = (await terminal.screen()).join('\n');
      for (const name of ['a', 'b', 'c']) expect(screen).toContain(`on remote "${name}"`);
    });
    await ann.configure({});
  });

  it('is an error without a terminal, before anything is sent', async () => {
    await lab.clearRequests();

    const run = await lab.safenet('incus-network-create', ['never'], { env: ann.env });

    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toBe(
      `Error: cannot use client key "${ann.env.INCUS_CONF}/client.key": it is protected by a password, and there is no terminal to ask for it\n` +
        '  hint:  run this on a terminal, without anything on standard input\n',
    );
    await expect(lab.requests()).resolves.toEqual([]);
  });
});
