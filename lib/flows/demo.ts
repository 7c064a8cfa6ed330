import { join } from 'node:path';
import type { ExitCode } from '../errors.js';
import { CliError, exitCodes } from '../errors.js';
import { absent } from '../facts/facts.js';
import { journalStore } from '../journal/store.js';
import { startSandbox } from '../sandbox/sandbox.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import { say } from '../report/fit.js';
import type { World } from '../world.js';
import { nativeClient } from './demo-client.js';

/** Runs one of our programs; main itself, handed in because flows do not import backwards. */
export type RunProgram = (program: string, argv: readonly string[], world: World) => Promise<ExitCode>;

/** The whole story on embedded servers: the accident, its prevention, and the way that works. */
export async function demo(world: World, run: RunProgram): Promise<ExitCode> {
  const tell = (text: string) => say(world.stdout, `${text}\n`);
  tell(
    'A cluster of two members, node1 and node2, without Open vSwitch. It is a stand-in inside this process, ' +
      'with the tables and the answers of Incus 6.0.4; no Incus is needed, and nothing of this machine is touched.',
  );

  await onCluster(world, run, async (shell) => {
    tell('\n=== 1. Without incus-safenet\n');
    await shell.incus('project', 'create', 'test', '--config=features.networks=true');
    await shell.incus('network', 'create', '--project=test', 'test');
    tell(
      'The server has failed, but the record is there: nothing shows it, nothing deletes it, and its project is stuck.\n',
    );
    await shell.incus('network', 'list', '--project=test');
    await shell.incus('network', 'delete', '--project=test', 'test');
    await shell.incus('project', 'delete', 'test');
    await shell.incus('admin', 'sql', 'global', 'SELECT id, project_id, name, state, type FROM networks');
  });

  await onCluster(world, run, async (shell) => {
    tell(
      '=== 2. The same on a fresh copy of that cluster, with incus-network-create in place of "incus network create"\n',
    );
    await shell.incus('project', 'create', 'test', '--config=features.networks=true');
    await shell.ours(exitCodes.refused, 'incus-network-create', '--project=test', 'test');
    await shell.incus('admin', 'sql', 'global', 'SELECT COUNT(*) FROM networks');
    await shell.incus('project', 'delete', 'test');

    tell('=== 3. A way that works: a bridge on every member, all or nothing\n');
    await shell.ours(
      exitCodes.ok,
      'incus-safenet',
      'create',
      'test',
      '--project=default',
      '--type=bridge',
      '--all-members',
    );
    await shell.incus('network', 'list');
  });
  return exitCodes.ok;
}

interface Shell {
  /** The native client. */
  incus(...argv: string[]): Promise<void>;
  /** One of our programs, which has to end with `expected`. */
  ours(expected: ExitCode, program: string, ...argv: string[]): Promise<void>;
}

/** A new cluster for the length of `story`. */
async function onCluster(world: World, run: RunProgram, story: (shell: Shell) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({ members: 2, ovs: 'none' });
  const inside = worldOf(sandbox, world);
  const server = inside.connect({
    remote: 'local',
    address: { kind: 'unix', socket: sandbox.socketPath },
    project: 'default',
    projectFrom: 'default',
  });
  const show = (words: readonly string[]) => world.stdout.write(`$ ${words.map(quoted).join(' ')}\n`);
  try {
    await story({
      async incus(...argv) {
        show(['incus', ...argv]);
        world.stdout.write(`${await nativeClient(argv, server)}\n`);
      },
      async ours(expected, program, ...argv) {
        show([program, ...argv]);
        const status = await run(program, argv, inside);
        world.stdout.write(`(exit status ${status})\n\n`);
        if (status !== expected)
          throw new CliError(`the demo expected exit status ${expected} of ${program}, not ${status}`);
      },
    });
  } finally {
    await server.close();
    await sandbox.close();
  }
}

/** The world as it would be on a member of the sandbox: its socket, its state, no Open vSwitch, and one stream for all words. */
function worldOf({ directory, socketPath }: Sandbox, world: World): World {
  const state = join(directory, 'state');
  return {
    ...world,
    env: {
      HOME: directory,
      INCUS_CONF: directory,
      INCUS_GLOBAL_CONF: directory,
      INCUS_SOCKET: socketPath,
      INCUS_SAFENET_STATE_DIR: state,
    },
    journal: journalStore(state),
    stdin: { isTTY: true, read: () => Promise.resolve(Buffer.alloc(0)) },
    stdout: { ...world.stdout, isTTY: false },
    stderr: { ...world.stdout, isTTY: false, write: (text) => say(world.stdout, text) },
    localHost: {
      ovsdb: (connection) => Promise.resolve(absent(`no ${connection}`)),
      isLinuxBridge: () => Promise.resolve(false),
    },
  };
}

const quoted = (word: string) => (/^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
