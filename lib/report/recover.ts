import type { Result } from '../create/result.js';
import type { JournalEntry } from '../journal/schema.js';
import type { UnreadableEntry } from '../journal/store.js';
import { leftLines, rollbackLines } from './create-text.js';

/** What became of one open transaction. */
export type Recovery =
  | { kind: 'running'; entry: JournalEntry }
  /** Its process is one of another machine. */
  | { kind: 'elsewhere'; entry: JournalEntry }
  | { kind: 'shown'; entry: JournalEntry }
  /** Another `recover` was quicker. */
  | { kind: 'gone'; entry: JournalEntry }
  | { kind: 'unreachable'; entry: JournalEntry; error: string }
  | { kind: 'settled'; entry: JournalEntry; result: Result };

/** What became of one open transaction, in a line or a few. */
export function reportRecovery(recovery: Recovery): string {
  const { entry } = recovery;
  const what = `network "${entry.network}" in project "${entry.project}" on remote "${entry.server.remote}"`;
  return [`${what}, begun ${entry.startedAt} (${entry.id})`, ...story(recovery).map((line) => `  ${line}`), ''].join('\n');
}

function story(recovery: Recovery): string[] {
  switch (recovery.kind) {
    case 'running':
      return [`still running: process ${recovery.entry.owner.pid} on host "${recovery.entry.owner.host}"`];
    case 'elsewhere':
      return [
        `left alone: whether process ${recovery.entry.owner.pid} on host "${recovery.entry.owner.host}" still runs can only be seen there`,
        `if it does not: incus-safenet recover ${recovery.entry.id}`,
      ];
    case 'shown':
      return ['cut off; to finish it: incus-safenet recover'];
    case 'gone':
      return ['finished: another process has done it meanwhile'];
    case 'unreachable':
      return [`cannot be finished now: ${recovery.error}`];
    case 'settled':
      return ending(recovery.result);
  }
}

function ending(result: Result): string[] {
  switch (result.kind) {
    case 'created':
      return ['finished: the network is Created as asked for'];
    case 'defined':
      return [`finished: the network is pending on member ${result.member} as asked for`];
    case 'failed':
    case 'interrupted':
      return result.rollback === null ? ['finished: nothing of it was left'] : ['finished: taken back', ...rollbackLines(result.rollback)];
    case 'left-behind':
      return [result.error, ...(result.rollback === null ? [] : rollbackLines(result.rollback)), ...result.left.flatMap(leftLines)];
    case 'unknown':
      return [`not finished: ${result.error}`];
  }
}

/** Files in the journal's folder that are left alone. */
export function reportUnreadable(unreadable: UnreadableEntry[]): string {
  return unreadable.map(({ file, reason }) => `Warning: left alone ${file}: ${reason}\n`).join('');
}
