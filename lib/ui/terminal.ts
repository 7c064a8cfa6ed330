import type { Readable, Writable } from 'node:stream';

/** What is asked on. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { columns?: number };
  /** Whether it shows more than ASCII. */
  hasUnicode: boolean;
  hasColor: boolean;
  /** Calls back where the user wants to leave by a signal, until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Whether the cursor can be moved; not so in Emacs's shell or in a log. */
export function canDraw({ TERM }: Env): boolean {
  return TERM !== 'dumb';
}

/** https://no-color.org */
export function hasColor({ NO_COLOR }: Env): boolean {
  return !NO_COLOR;
}

/** The Linux console has no such letters, and a locale without UTF-8 none at all. */
export function hasUnicode({ TERM, LC_ALL, LC_CTYPE, LANG }: Env): boolean {
  return TERM !== 'linux' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
