import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError, causeText, errorCode } from '../errors.js';
import type { JournalEntry, Owner } from './schema.js';

/** A file in the journal's folder that is not an entry we can read: torn, foreign, or from a newer version. */
export interface UnreadableEntry {
  file: string;
  reason: string;
}

/** The journal and the backups: files under the state folder (docs/contract: State). */
export interface JournalStore {
  /** Folder of the state, for messages. */
  readonly folder: string;
  /** Writes a new entry, durably. Throws where one for the same network is there already. */
  begin(entry: JournalEntry): Promise<void>;
  /** Replaces an entry, atomically and durably. Throws where it is gone: then somebody else has finished it. */
  update(entry: JournalEntry): Promise<void>;
  /** Whether the entry is still there, in whatever version. */
  holds(entry: JournalEntry): Promise<boolean>;
  /** The transaction is over: its entry goes, unless it has gone already and a new transaction stands in its place. */
  settle(entry: JournalEntry): Promise<void>;
  /** Removes what a process that died while it wrote left half-written; `isAlive` tells of the others. */
  sweep(isAlive: (owner: Owner) => Promise<boolean>): Promise<void>;
  /** Every entry, and every file that is none. */
  read(): Promise<{ entries: JournalEntry[]; unreadable: UnreadableEntry[] }>;
  /** Keeps `text` in the backups; resolves to the file's path. */
  backup(name: string, text: string): Promise<string>;
}

export function journalStore(folder: string): JournalStore {
  const journal = path.join(folder, 'journal');
  const backups = path.join(folder, 'backups');
  const fileOf = (entry: JournalEntry): string => path.join(journal, `${entryKey(entry)}.json`);

  return {
    folder,
    async begin(entry) {
      await writing(folder, async () => {
        await makeFolder(journal);
        const file = fileOf(entry);
        const temporary = await writeTemporary(file, entry.id, serialize(entry));
        try {
          // link() fails where the name is taken, so the entry is the lock as well: one transaction per network.
          await link(temporary, file);
        } catch (error) {
          if (errorCode(error) === 'EEXIST') throw alreadyOpen(entry);
          throw error;
        } finally {
          await rm(temporary, { force: true });
        }
        await syncFolder(journal);
      });
    },
    async update(entry) {
      await writing(folder, async () => {
        if (!(await isIn(fileOf(entry), entry))) throw finishedElsewhere(entry);
        const temporary = await writeTemporary(fileOf(entry), entry.id, serialize(entry));
        await rename(temporary, fileOf(entry));
        await syncFolder(journal);
      });
    },
    holds: (entry) => isIn(fileOf(entry), entry),
    async settle(entry) {
      await writing(folder, async () => {
        if (!(await isIn(fileOf(entry), entry))) return;
        await rm(fileOf(entry), { force: true });
        await syncFolder(journal);
      });
    },
    async sweep(isAlive) {
      const names = listFiles(journal, '.tmp').map((name) => path.join(journal, name));
      await Promise.all(names.map(async (file) => ((await isBeingWritten(file, isAlive)) ? undefined : rm(file, { force: true }))));
    },
    async read() {
      const files = listFiles(journal, '.json');
      const read = (await Promise.all(files.map((name) => readEntry(path.join(journal, name))))).filter((one) => one !== null);
      return {
        entries: read.flatMap((one) => ('schema' in one ? [one] : [])).sort((a, b) => a.startedAt.localeCompare(b.startedAt)),
        unreadable: read.flatMap((one) => ('reason' in one ? [one] : [])),
      };
    },
    async backup(name, text) {
      return writing(folder, async () => {
        await makeFolder(backups);
        const file = path.join(backups, safeName(name));
        await rename(await writeTemporary(file, 'new', text), file);
        await syncFolder(backups);
        return file;
      });
    },
  };
}

/** Whether a file holds this transaction and no other: the name is that of any transaction for the same network. */
async function isIn(file: string, { id }: JournalEntry): Promise<boolean> {
  const found = await readEntry(file);
  return found !== null && 'schema' in found && found.id === id;
}

/** Milliseconds after which nobody is still at work on a file of one page. */
const WRITTEN_BY_THEN = 60_000;

/** A file that is not whole yet does not say whose it is; its age tells enough. */
async function isBeingWritten(file: string, isAlive: (owner: Owner) => Promise<boolean>): Promise<boolean> {
  const found = await readEntry(file);
  if (found !== null && 'schema' in found) return isAlive(found.owner);
  try {
    return Date.now() - (await stat(file)).mtimeMs < WRITTEN_BY_THEN;
  } catch {
    return true; // it has become an entry meanwhile
  }
}

/** One file name per server, effective project and network; readable at the front, unique at the end. */
export function entryKey({ server, project, network }: Pick<JournalEntry, 'server' | 'project' | 'network'>): string {
  const identity = JSON.stringify([server.fingerprint, project, network]);
  return `${safeName(`${project}_${network}`).slice(0, 80)}-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
}

function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^\.+/, '_');
}

function serialize(entry: JournalEntry): string {
  return `${JSON.stringify(entry, null, 2)}\n`;
}

/** An entry; null where it has been settled meanwhile. */
async function readEntry(file: string): Promise<JournalEntry | UnreadableEntry | null> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    return { file, reason: `torn or foreign: ${causeText(error)}` };
  }
  const { JOURNAL_SCHEMA, JournalEntry: Entry } = await import('./schema.js');
  const parsed = Entry.safeParse(content);
  if (parsed.success) return parsed.data;

  const schema = typeof content === 'object' && content !== null && 'schema' in content ? content.schema : undefined;
  return typeof schema === 'string' && schema.startsWith('incus-safenet/journal/') && schema !== JOURNAL_SCHEMA
    ? { file, reason: `written by another version of incus-safenet (${schema})` }
    : { file, reason: 'not a journal entry' };
}

/** Writes beside the target, mode 0600, and has it on disk before it returns. */
async function writeTemporary(target: string, unique: string, text: string): Promise<string> {
  const temporary = `${target}.${unique}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Makes a folder, and every one that is missing above it, durably: an entry is worth no more than the way to it. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path.resolve(folder); made.length >= path.resolve(first).length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function listFiles(folder: string, kind: '.json' | '.tmp'): string[] {
  try {
    // Whatever is not half-written counts as an entry, so that a foreign file is seen.
    return readdirSync(folder).filter((name) => name.endsWith('.tmp') === (kind === '.tmp'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw new CliError(`cannot read the journal in ${folder}: ${causeText(error)}`, { cause: error });
  }
}

async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new JournalWriteError(`cannot write the journal in ${folder}: ${causeText(error)}`, {
      hint: 'make room or make the folder writable, or choose another one with INCUS_SAFENET_STATE_DIR',
      cause: error,
    });
  }
}

/** The state folder cannot be written. Before the first request that means: nothing was sent. */
export class JournalWriteError extends CliError {}

/** Another transaction for the same network is open in this state folder. */
export class TransactionOpenError extends CliError {}

/** Somebody else has finished the transaction meanwhile. */
export class TransactionGoneError extends CliError {}

function finishedElsewhere({ id }: JournalEntry): TransactionGoneError {
  return new TransactionGoneError(`another process has finished transaction ${id} meanwhile`);
}

function alreadyOpen(entry: JournalEntry): TransactionOpenError {
  return new TransactionOpenError(`another transaction for network "${entry.network}" in project "${entry.project}" is open`, {
    hint: 'incus-safenet recover   # if no other create is running',
  });
}
