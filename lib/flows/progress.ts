import type { IncusServer } from '../incus/server.js';
import type { Spinner } from '../ui/spinner.js';
import type { World } from '../world.js';

/** What is being done, for a person who waits. */
export interface Progress {
  say(text: string): void;
  /** The members that have been asked and have not answered. */
  waitingFor(members: readonly string[]): void;
  /** Takes the line away. */
  end(): void;
}

/** What takes less than this (milliseconds) is over before anybody wonders. */
const PATIENCE = 300;

/**
 * A spinner on a terminal for what takes longer than a moment; with -v elsewhere, plain lines with the time.
 * Nothing at all with -q.
 */
export function progressOn({ quiet, verbose = false }: { quiet: boolean; verbose?: boolean }, world: World): Progress {
  const { stderr, env } = world;
  const isPlain = !stderr.isTTY || Boolean(env.NO_COLOR) || env.TERM === 'dumb';
  if (quiet || (isPlain && !verbose)) return { say: () => undefined, waitingFor: () => undefined, end: () => undefined };
  return isPlain ? lines(world) : spinning(world);
}

function lines({ stderr, now }: World): Progress {
  const say = (text: string): void => stderr.write(`${now().toISOString()} ${text}\n`);
  let timer: NodeJS.Timeout | undefined;
  return {
    say,
    waitingFor(members) {
      clearTimeout(timer);
      if (members.length > 0) timer = setTimeout(() => say(waitingText(members)), PATIENCE).unref();
    },
    end: () => clearTimeout(timer),
  };
}

function spinning(world: World): Progress {
  let task = '';
  let members: readonly string[] = [];
  let spinner: Spinner | null = null;
  let timer: NodeJS.Timeout | null = null;

  const text = (): string => (members.length === 0 ? task : `${task}: ${waitingText(members)}`).slice(0, world.stderr.columns - 4);
  function update(): void {
    if (spinner !== null) spinner.text = text();
  }
  async function show(): Promise<void> {
    const started = await world.spinner(text());
    // What was waited for may be over by now.
    if (timer === null) return started.stop();
    spinner = started;
    update();
  }
  return {
    say(now) {
      task = now;
      update();
      timer ??= setTimeout(() => void show(), PATIENCE).unref();
    },
    waitingFor(now) {
      members = now;
      update();
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      spinner?.stop();
      spinner = null;
    },
  };
}

function waitingText(members: readonly string[]): string {
  return `waiting for ${members.join(', ')}`;
}

/** The server, with word of the members that it reads from. */
export function watched(server: IncusServer, { waitingFor }: Progress): IncusServer {
  const asked: string[] = [];
  const tell = (): void => waitingFor([...new Set(asked)].sort());
  return {
    ...server,
    async get(path, schema, options) {
      const member = new URL(path, 'http://incus').searchParams.get('target');
      if (member === null) return server.get(path, schema, options);

      asked.push(member);
      tell();
      try {
        return await server.get(path, schema, options);
      } finally {
        asked.splice(asked.indexOf(member), 1);
        tell();
      }
    },
  };
}
