import type { Spinner } from '../ui/spinner.js';
import type { World } from '../world.js';

/** What is being done, for a person who waits. */
export interface Progress {
  say(text: string): void;
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
  if (quiet || (isPlain && !verbose)) return { say: () => undefined, end: () => undefined };
  if (isPlain) return { say: (text) => stderr.write(`${world.now().toISOString()} ${text}\n`), end: () => undefined };

  return spinning(world);
}

function spinning(world: World): Progress {
  let text = '';
  let spinner: Spinner | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function show(): Promise<void> {
    const started = await world.spinner(text);
    // What was waited for may be over by now.
    if (timer === null) return started.stop();
    spinner = started;
    spinner.text = text;
  }
  return {
    say(now) {
      text = now.slice(0, world.stderr.columns - 4);
      if (spinner !== null) spinner.text = text;
      timer ??= setTimeout(() => void show(), PATIENCE).unref();
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      spinner?.stop();
      spinner = null;
    },
  };
}
