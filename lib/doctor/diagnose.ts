import type { Surroundings } from '../facts/reading.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry, Owner } from '../journal/schema.js';
import type { JournalStore } from '../journal/store.js';
import { progress } from '../words/findings.js';
import type { BrokenRecord } from './broken-record.js';
import { examine } from './examine.js';
import type { Diagnosis, Finding } from './finding.js';
import { findingKinds, severities } from './finding.js';
import type { SurveyedJournal } from './judge-journal.js';
import { judgeJournal } from './judge-journal.js';
import { judgeProjects } from './judge-projects.js';
import { judgeRecord } from './judge-records.js';
import { lookAgain } from './look-again.js';
import { inParallel } from './parallel.js';
import type { Survey } from './survey.js';
import { survey } from './survey.js';
import { keyText, suspects } from './suspects.js';
import { unseen } from './unseen.js';

/** What a diagnosis works with. */
export interface Diagnosing {
  server: IncusServer;
  around: Surroundings;
  journal: JournalStore;
  isAlive(owner: Owner): Promise<boolean>;
  /** Milliseconds to wait for a create that is under way. */
  patience: number;
  onProgress(text: string): void;
  /** Lets that many milliseconds go by. */
  pause(milliseconds: number): Promise<void>;
}

/** A diagnosis with what it stands on, for `repair`. */
export interface Examination extends Diagnosis {
  survey: Survey;
  broken: BrokenRecord[];
}

/**
 * One pass over the server, a second look at what did not look sound, and what it all means.
 * @param project only this one; null: all
 */
export async function diagnose(project: string | null, diagnosing: Diagnosing): Promise<Examination> {
  const { server, around, patience, onProgress, pause } = diagnosing;
  onProgress(progress.reading);
  const surveyedAt = performance.now();
  const surveyed = await survey(server, around, project);
  const journal = await readJournal(surveyed, diagnosing);

  const running = new Set(journal.running.map(keyText));
  const confirmed = await lookAgain(
    suspects(surveyed).filter((suspect) => !running.has(keyText(suspect))),
    surveyedAt,
    { server, patience, onProgress, pause, hasRows: surveyed.rows.kind === 'known', mayOthersCreate: surveyed.server.clustered || surveyed.isRestricted },
  );
  const broken = await examine(confirmed.broken, surveyed, server);

  return {
    remote: around.remote,
    findings: worstFirst([...broken.map((record) => judgeRecord(record, surveyed)), ...judgeProjects(surveyed, broken), ...judgeJournal(journal, around.remote)]),
    unseen: unseen(surveyed, confirmed, journal),
    networks: surveyed.networks.length,
    projects: surveyed.projects.length,
    survey: surveyed,
    broken,
  };
}

async function readJournal({ server, projects }: Survey, { journal, isAlive }: Diagnosing): Promise<SurveyedJournal> {
  const { entries, unreadable } = await journal.read();
  const names = new Set(projects.map(({ name }) => name));
  const ours = entries.filter((entry: JournalEntry) => entry.server.fingerprint === server.fingerprint && names.has(entry.project));
  const alive = await inParallel(ours, 4, ({ owner }) => isAlive(owner));

  return { abandoned: ours.filter((_, index) => !alive[index]), running: ours.filter((_, index) => alive[index]), unreadable };
}

/** By severity, then kind, then name. */
function worstFirst(findings: Finding[]): Finding[] {
  const rank = (finding: Finding): number => severities.indexOf(finding.severity) * 100 + findingKinds.indexOf(finding.kind);
  const name = ({ project, network }: Finding): string => `${project ?? ''}/${network ?? ''}`;
  return findings.sort((a, b) => rank(a) - rank(b) || name(a).localeCompare(name(b)));
}
