import type { Writable } from 'node:stream';
import ora from 'ora';

/** A line on a terminal that says what is being waited for. */
export interface Spinner {
  text: string;
  /** Takes the line away. */
  stop(): void;
}

/** Starts a spinner. It touches neither standard input, so that Ctrl-C stays a signal, nor the cursor, which a kill would leave hidden. */
export function startSpinner(text: string, stream: Writable, { hasUnicode }: { hasUnicode: boolean }): Spinner {
  return ora({ text, stream, discardStdin: false, hideCursor: false, ...(hasUnicode ? {} : { spinner: 'line' as const }) }).start();
}
