import type { Result } from '../create/result.js';
import type { JournalEntry } from '../journal/schema.js';
import type { UnreadableEntry } from '../journal/store.js';
import { recoverCommand } from '../words/commands.js';
import { recoveries as says } from '../words/outcomes.js';
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
  const title = says.title(entry.network, entry.project, entry.server.remote, entry.startedAt, entry.id);
  return [title, ...story(recovery).map((line) => `  ${line}`), ''].join('\n');
}

function story(recovery: Recovery): string[] {
  const { owner, id } = recovery.entry;
  switch (recovery.kind) {
    case 'running':
      return [says.running(owner.pid, owner.host)];
    case 'elsewhere':
      return [
        says.elsewhere(owner.pid, owner.host),
        says.elsewhereFix(recoverCommand(id)),
      ];
    case 'shown':
      return [says.shown(recoverCommand())];
    case 'gone':
      return [says.gone];
    case 'unreachable':
      return [says.unreachable(recovery.error)];
    case 'settled':
      return ending(recovery.result);
  }
}

function ending(result: Result): string[] {
  switch (result.kind) {
    case 'created':
      return [says.created];
    case 'defined':
      return [says.defined(result.member)];
    case 'failed':
    case 'interrupted':
      return result.rollback === null ? [says.nothingLeft] : [says.takenBack, ...rollbackLines(result.rollback)];
    case 'left-behind':
      return [result.error, ...(result.rollback === null ? [] : rollbackLines(result.rollback)), ...result.left.flatMap(leftLines)];
    case 'unknown':
      return [says.unknown(result.error)];
  }
}

/** Files in the journal's folder that are left alone. */
export function reportUnreadable(unreadable: UnreadableEntry[]): string {
  return unreadable.map(({ file, reason }) => `${says.unreadable(file, reason)}\n`).join('');
}
