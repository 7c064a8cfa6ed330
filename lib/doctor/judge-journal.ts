import type { JournalEntry } from '../journal/schema.js';
import type { UnreadableEntry } from '../journal/store.js';
import { quote } from '../create/shell.js';
import type { Finding } from './finding.js';

/** What the journal holds about one server. */
export interface SurveyedJournal {
  /** Entries whose process is gone. */
  abandoned: JournalEntry[];
  /** Entries whose process still runs. */
  running: JournalEntry[];
  unreadable: UnreadableEntry[];
}

/** Transactions that were cut off, and files that may be one. */
export function judgeJournal({ abandoned, unreadable }: SurveyedJournal, remote: string): Finding[] {
  const cutOff = abandoned.map(
    (entry): Finding => ({
      kind: 'unfinished-transaction',
      severity: 'error',
      remote,
      project: entry.project,
      network: entry.network,
      evidence: `a create was begun at ${entry.startedAt} by process ${entry.owner.pid}, which is gone; ${lastStep(entry)}`,
      fix: `incus-safenet recover ${entry.id}`,
    }),
  );
  const torn = unreadable.map(
    ({ file, reason }): Finding => ({
      kind: 'unfinished-transaction',
      severity: 'warning',
      remote,
      project: null,
      network: null,
      evidence: `journal file ${file}: ${reason}`,
      fix: `cat ${quote(file)}   (it tells which network it was about; remove the file once that network is as it should be)`,
    }),
  );
  return [...cutOff, ...torn];
}

function lastStep({ steps }: JournalEntry): string {
  const last = steps.filter(({ status }) => status !== 'todo').at(-1);
  if (last === undefined) return 'nothing was sent';

  const what = last.kind === 'create-network' ? 'the create' : `the definition on ${last.member ?? 'a member'}`;
  return { doing: `${what} was sent, and its answer was not seen`, done: `${what} was answered`, failed: `${what} was refused`, todo: '' }[last.status];
}
