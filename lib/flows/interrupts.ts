import { CliError, exitCodes } from '../errors.js';
import type { World } from '../world.js';

/** The user's wish to stop. */
export interface Interrupts {
  isRequested(): boolean;
  /** Calls back at the first interrupt from now on. */
  onRequest(listener: () => void): void;
  /** Resolves to the work's value, or throws at the first interrupt: for work that may be dropped at any time. */
  unlessRequested<T>(work: Promise<T>): Promise<T>;
  /** Resolves to the work's value, or at the second interrupt to that of `leaving`. */
  unlessInsisted<T>(work: Promise<T>, leaving: () => Promise<T>): Promise<T>;
  /** Stops listening. */
  release(): void;
}

export function watchInterrupts(world: World): Interrupts {
  let count = 0;
  const listeners: (() => void)[] = [];
  const release = world.onInterrupt(() => {
    count += 1;
    for (const listener of listeners) listener();
  });
  const atCount = (wanted: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (count >= wanted) resolve();
      };
      listeners.push(look);
      look();
    });

  return {
    isRequested: () => count > 0,
    onRequest(listener) {
      listeners.push(() => {
        if (count === 1) listener();
      });
    },
    unlessRequested: (work) => Promise.race([work, atCount(1).then(leave)]),
    async unlessInsisted(work, leaving) {
      const first = await Promise.race([work.then((value) => ({ value })), atCount(2).then(() => null)]);
      return first === null ? leaving() : first.value;
    },
    release,
  };
}

function leave(): never {
  throw new CliError('interrupted: nothing was sent to the server', { exitCode: exitCodes.interrupted });
}
