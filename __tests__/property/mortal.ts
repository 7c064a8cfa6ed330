import { OutcomeUnknownError, UnreachableError } from '../../lib/errors.js';
import type { IncusServer } from '../../lib/incus/server.js';
import { incusServer } from '../../lib/incus/server.js';
import type { Exchange, RawAnswer, Transport } from '../../lib/incus/transport.js';
import { openTransport } from '../../lib/incus/transport.js';
import type { JournalStore } from '../../lib/journal/store.js';
import { journalStore } from '../../lib/journal/store.js';
import type { World } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import type { Deed, Disturbance } from './operations.js';

/** How a run ended; null: its process died. */
export type Ended = CliRun | null;

export interface MortalOptions {
  env: Record<string, string>;
  stateFolder: string;
  /** Parts of the world that are the same for all runs. */
  world: Partial<World>;
  alive: Set<number>;
  disturbance: Disturbance;
  /** Others at work. */
  doForeign(deed: Deed): Promise<void>;
  /** Called at every step of the server, until the next run. */
  onServerStep(listener: ((name: string) => Promise<void>) | null): void;
}

let processes = 0;

/**
 * Runs one command line as a process of its own that can die at any moment: after its death nothing of it
 * reaches the server or the disk any more, and its connections are closed, as a system does with the dead.
 */
export async function runMortal(program: 'incus-network-create' | 'incus-safenet', argv: string[], options: MortalOptions): Promise<Ended> {
  const { disturbance, alive, env, stateFolder } = options;
  processes += 1;
  const pid = 2_000_000_000 + processes; // beyond any that the system gives out
  alive.add(pid);

  let isDead = false;
  let bury = (_: null): void => undefined;
  let interrupt = (): void => undefined;
  const death = new Promise<null>((resolve) => (bury = resolve));
  const transports = new Set<Transport>();
  const die = async (): Promise<void> => {
    isDead = true;
    alive.delete(pid);
    bury(null);
    await Promise.all([...transports].map((transport) => transport.close()));
    // A system call that has begun ends, with or without its process.
    await Promise.allSettled([...underWay]);
  };
  const underWay = new Set<Promise<unknown>>();
  /** Nothing that comes after a death happens: whatever the dead want, they run into an error, and end. */
  const living = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Error('the process is dead');
    const working = work();
    underWay.add(working);
    try {
      return await working;
    } finally {
      underWay.delete(working);
    }
  };

  let checkpoints = 0;
  const checkpoint = async (): Promise<void> => {
    const now = checkpoints++;
    if (isDead || !('at' in disturbance) || disturbance.at !== now) return;
    if (disturbance.kind === 'kill') return die();
    if (disturbance.kind === 'foreign') await options.doForeign(disturbance.deed);
    if (disturbance.kind === 'interrupt') interrupt();
    if (disturbance.kind === 'interrupt' && disturbance.twice) interrupt();
  };
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    await checkpoint();
    const value = await living(work);
    await checkpoint();
    return living(() => Promise.resolve(value));
  };

  let steps = 0;
  options.onServerStep(async (name) => {
    if (isDead || !('step' in disturbance) || disturbance.step !== steps++) return;
    switch (disturbance.kind) {
      case 'server-fails':
        // A server that says no after it has made the network is beyond us: docs/faults.md.
        if (name !== 'answer') throw new Error('database is locked');
        return;
      case 'kill-while':
        await die();
        // Until the server has heard that its client is gone.
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        return;
      case 'interrupt-while':
        interrupt();
        if (disturbance.twice) interrupt();
    }
  });

  const connect: World['connect'] = ({ address }) => {
    const transport = openTransport(address, 'test');
    transports.add(transport);
    return livingServer(incusServer(spoilt(transport, disturbance, () => checkpoints)), around);
  };
  try {
    return await Promise.race([
      death,
      runCli(program, argv, { ...env, INCUS_SAFENET_STATE_DIR: stateFolder }, {
        interruptible: (play) => (interrupt = play),
        world: {
          ...options.world,
          connect,
          journal: livingJournal(journalStore(stateFolder), around, living),
          self: () => Promise.resolve({ host: 'here', pid, started: '1', boot: 'one' }),
          isAlive: (owner) => Promise.resolve(alive.has(owner.pid)),
        },
      }),
    ]);
  } finally {
    options.onServerStep(null);
    // What has ended does nothing any more, not even in the background.
    await die();
  }
}

type Around = <T>(work: () => Promise<T>) => Promise<T>;

function livingServer(server: IncusServer, around: Around): IncusServer {
  return {
    get: (path, schema, options) => around(() => server.get(path, schema, options)),
    change: (method, path, body, options) => around(() => server.change(method, path, body, options)),
    ask: (path, body, schema) => around(() => server.ask(path, body, schema)),
    close: () => server.close(),
  };
}

/** Changes of the journal are checkpoints; looking at it is not. */
function livingJournal(journal: JournalStore, around: Around, living: Around): JournalStore {
  const changing = new Set<keyof JournalStore>(['begin', 'update', 'settle', 'backup']);
  return new Proxy(journal, {
    get(store, name: keyof JournalStore) {
      const member = store[name];
      if (typeof member !== 'function') return member;
      return (...given: never[]) => (changing.has(name) ? around : living)(() => (member as (...args: never[]) => Promise<unknown>)(...given));
    },
  });
}

/** A transport on which the request at one checkpoint goes wrong, or that one and all later ones. */
function spoilt(transport: Transport, disturbance: Disturbance, checkpoints: () => number): Transport {
  if (disturbance.kind !== 'fault') return transport;
  let hasStruck = false;

  return {
    close: () => transport.close(),
    async send(exchange) {
      const strikes = !hasStruck && checkpoints() > disturbance.at;
      const isGone = hasStruck && disturbance.forGood;
      hasStruck ||= strikes;
      if (isGone) throw lost(exchange);
      return strikes ? spoil(disturbance.fault, exchange, transport) : transport.send(exchange);
    },
  };
}

async function spoil(fault: 'cut-before' | 'cut-after' | 'error-before' | 'junk', exchange: Exchange, transport: Transport): Promise<RawAnswer> {
  if (fault === 'cut-before') throw lost(exchange);
  if (fault === 'error-before') return { status: 500, text: '{"type":"error","error_code":500,"error":"out of luck"}' };

  await transport.send(exchange);
  if (fault === 'cut-after') throw lost(exchange);
  return { status: 200, text: '<html>502 Bad Gateway</html>' };
}

/** As the transport says it. */
function lost({ method }: Exchange): Error {
  const message = 'it closed the connection before it had answered';
  return method === 'GET' ? new UnreachableError(message) : new OutcomeUnknownError(message);
}

