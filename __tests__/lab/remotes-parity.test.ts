import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, onTerminal } from '../helpers/terminal.js';
import { pem } from '../remotes/far-side.js';
import { usual } from '../terminal/stage.js';
import { personOf, serverCertificate, strangerOf } from './remotes.js';
import type { Person } from './remotes.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

let lab: LabServer;
let ann: Person;
let bob: Person;

/** How a program ended and the first line of what it said went wrong. */
interface Ending {
  status: number | null;
  error: string;
}

const firstError = (text: string): string => text.split('\n').find((line) => line.startsWith('Error:')) ?? '';
const withoutTime = (text: string): string => text.replace(/current time \S+/, 'current time now');

async function both(person: Person, argv: string[], more: Record<string, string> = {}): Promise<{ native: Ending; ours: Ending }> {
  const env = { ...person.env, ...more };
  const native = await lab.incus(['network', 'create', ...argv], { env });
  const ours = await lab.safenet('incus-network-create', argv, { env });
  return {
    native: { status: native.status, error: withoutTime(firstError(native.stderr)) },
    ours: { status: ours.status, error: withoutTime(firstError(ours.stderr)) },
  };
}

describe('over HTTPS we say what the native client says', () => {
  beforeAll(async () => {
    lab = await startLab({ members: 1, ovs: 'none' });
    ann = await personOf(lab, 'ann');
    bob = await strangerOf(lab, 'bob', 'stranger');
  });
  afterAll(() => lab.stop());

  const restored = async (arrange: () => Promise<void>, act: () => Promise<void>): Promise<void> => {
    await arrange();
    try {
      await act();
    } finally {
      await ann.configure({});
      await ann.write('client.key', pem('client.key'));
      await ann.write('client.crt', pem('client.crt'));
      await ann.write('servercerts/lab.crt', await serverCertificate(lab));
    }
  };
  const dead = { addr: 'https://127.0.0.1:1' };

  it.each<[string, string[], () => Promise<void>, RegExp]>([
    ['of an unknown remote', ['nowhere:web'], async () => undefined, /^Error: The remote "nowhere" doesn't exist$/],
    ['of a refused connection', ['web'], () => ann.configure(dead), /connect: connection refused\]\)$/],
    ['of a changed certificate', ['web'], () => ann.write('servercerts/lab.crt', pem('server.crt')), /x509: certificate signed by unknown authority$/],
    ['of an expired certificate that is pinned', ['web'], () => ann.write('servercerts/lab.crt', pem('expired.crt')), /x509: certificate signed by unknown authority$/],
    ['of a pinned certificate that is none', ['web'], () => ann.write('servercerts/lab.crt', 'garbage'), /^Error: Invalid remote certificate$/],
    ['of a key that is not the certificate’s', ['web'], () => ann.write('client.key', pem('stranger.key')), /^Error: tls: private key does not match public key$/],
    ['of a certificate that is none', ['web'], () => ann.write('client.crt', 'garbage'), /^Error: tls: failed to find any PEM data in certificate input$/],
    ['of a public remote', ['web'], () => ann.configure({ public: 'true' }), /^Error: The remote isn't a private server$/],
    ['of a remote with images only', ['web'], () => ann.configure({ protocol: 'simplestreams' }), /^Error: The remote isn't a private server$/],
    ['of a remote with OCI images', ['web'], () => ann.configure({ protocol: 'oci' }), /^Error: The remote isn't a private server$/],
    ['of a bad pair, before it has connected to nobody', ['web', 'pair'], () => ann.configure(dead), /connection refused/],
  ])('%s', async (_, argv, arrange, words) => {
    await restored(arrange, async () => {
      const { native, ours } = await both(ann, argv);

      expect(ours).toEqual(native);
      expect(ours).toEqual({ status: 1, error: expect.stringMatching(words) });
    });
  });

  it.each([
    [['web'], 'Error: not authorized'],
    [['web', 'pair'], 'Error: Bad key/value pair: pair'],
  ])('of somebody whom the server does not know: %j', async (argv, error) => {
    const { native, ours } = await both(bob, argv);

    expect(ours).toEqual(native);
    expect(ours).toEqual({ status: 1, error });
  });

  it('of a proxy that is not there', async () => {
    await restored(
      () => ann.configure({ addr: 'https://192.0.2.1:8443' }),
      async () => {
        const { native, ours } = await both(ann, ['web'], { HTTPS_PROXY: 'http://127.0.0.1:1' });

        expect(ours).toEqual(native);
        expect(ours.error).toContain('proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused');
      },
    );
  });

  it('and no request of a stranger has a body', async () => {
    await lab.clearRequests();
    await lab.safenet('incus-network-create', ['web'], { env: bob.env });

    expect((await lab.requests()).filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  it('and a changed certificate is accepted by the commands that we name', async () => {
    await restored(
      () => ann.write('servercerts/lab.crt', pem('server.crt')),
      async () => {
        const { stderr } = await lab.safenet('incus-network-create', ['web'], ann);
        const [, commands = ''] = /where that is meant to be: (.*)/.exec(stderr) ?? [];
        const terminal = onTerminal((argv) => lab.spawn(argv, { stdin: 'pipe', env: { ...usual, ...ann.env } }), ['bash', '-c', commands]);
        try {
          await terminal.shows('ok (y/n/[fingerprint])?');
          terminal.type(`y${keys.enter}`);
          await expect(terminal.status()).resolves.toBe(0);
        } finally {
          terminal.close();
        }

        await expect(lab.safenet('incus-safenet', ['check', 'web', 'ipv6.address=none'], ann)).resolves.toMatchObject({ status: 0 });
      },
    );
  });

  it('and creates what it creates', async () => {
    const { native, ours } = { native: await lab.incus(['network', 'create', 'theirs', 'ipv6.address=none'], ann), ours: await lab.safenet('incus-network-create', ['ours', 'ipv6.address=none'], ann) };

    expect(native).toMatchObject({ status: 0, stdout: 'Network theirs created\n' });
    expect(ours).toMatchObject({ status: 0, stdout: 'Network ours created\n', stderr: '' });
  });
});
