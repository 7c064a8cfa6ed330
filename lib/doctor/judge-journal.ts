import type { JournalEntry } from '../journal/schema.js';
import type { UnreadableEntry } from '../journal/store.js';
import { recoverCommand } from '../words/commands.js';
import { transactions as says } from '../words/findings.js';
import { quote } from '../words/shell.js';
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
      evidence: says.cutOff(entry.startedAt, entry.owner.pid, lastStep(entry)),
      fix: recoverCommand(entry.id),
    }),
  );
  const torn = unreadable.map(
    ({ file, reason }): Finding => ({
      kind: 'unfinished-transaction',
      severity: 'warning',
      remote,
      project: null,
      network: null,
      evidence: says.unreadable(file, reason),
      fix: says.unreadableFix(`cat ${quote(file)}`),
    }),
  );
  return [...cutOff, ...torn];
}

function lastStep({ steps }: JournalEntry): string {
  const last = steps.filter(({ status }) => status !== 'todo').at(-1);
  if (last === undefined) return says.nothingSent;

  const what = last.kind === 'create-network' ? says.theCreate : says.theDefinition(last.member);
  return { doing: says.notAnswered(what), done: says.answered(what), failed: says.refused(what), todo: '' }[last.status];
}
