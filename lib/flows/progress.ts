import type { World } from '../world.js';

/** A line that says what is being done, on a terminal only. */
export interface Progress {
  say(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Progress on standard error; nothing at all where that is no terminal, with -q, or with NO_COLOR. */
export function progressOn({ quiet }: { quiet: boolean }, { stderr, env }: World): Progress {
  if (quiet || !stderr.isTTY || env.NO_COLOR) return { say: () => undefined, end: () => undefined };

  let isShown = false;
  const clear = '\r\u001b[K';
  return {
    say(text) {
      isShown = true;
      stderr.write(`${clear}${text.slice(0, stderr.columns - 2)}…`);
    },
    end() {
      if (isShown) stderr.write(clear);
      isShown = false;
    },
  };
}
