import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../lib/journal/schema.js';
import { JournalWriteError, TransactionGoneError, TransactionOpenError, entryKey, journalStore } from '../../lib/journal/store.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'journal-test-'));
});

afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

function entry(changes: Partial<JournalEntry> = {}): JournalEntry {
  const body = { config: { 'ipv4.address': 'none' }, description: '', name: 'web', type: '' };
  return {
    schema: 'incus-safenet/journal/1',
    id: 'one',
    startedAt: '2026-01-01T00:00:00.000Z',
    owner: { host: 'here', pid: 1, started: '1', boot: 'b' },
    server: { remote: 'local', fingerprint: 'f' },
    project: 'default',
    network: 'web',
    type: 'bridge',
    before: { status: 'absent', locations: [], interfaces: [] },
    steps: [{ kind: 'create-network', status: 'doing', request: { method: 'POST', path: '/1.0/networks', body } }],
    ...changes,
  };
}

describe('the journal', () => {
  it('gives back what was begun', async () => {
    const journal = journalStore(folder);

    await journal.begin(entry());

    await expect(journal.read()).resolves.toEqual({ entries: [entry()], unreadable: [] });
  });

  it('keeps entries to the user alone, and leaves no other file', async () => {
    const journal = journalStore(folder);

    await journal.begin(entry());
    await journal.update(entry({ startedAt: '2026-01-02T00:00:00.000Z' }));

    const files = await readdir(path.join(folder, 'journal'));
    expect(files).toEqual([`${entryKey(entry())}.json`]);
    expect((await stat(path.join(folder, 'journal', files[0] ?? ''))).mode & 0o777).toBe(0o600);
  });

  it('lets only one transaction per network begin', async () => {
    const attempts = Array.from({ length: 8 }, (_, index) => journalStore(folder).begin(entry({ id: `id-${index}` })));

    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter((one) => one.status === 'rejected' && one.reason instanceof TransactionOpenError)).toHaveLength(7);
  });

  it('lets transactions for other networks, projects and servers begin', async () => {
    const journal = journalStore(folder);
    const others = [entry(), entry({ network: 'web2' }), entry({ project: 'a_b' }), entry({ server: { remote: 'local', fingerprint: 'g' } })];

    for (const other of others) await journal.begin(other);

    expect((await journal.read()).entries).toHaveLength(others.length);
  });

  it('tells names apart that look alike in a file name', () => {
    expect(entryKey(entry({ network: 'a/b' }))).not.toBe(entryKey(entry({ network: 'a_b' })));
    expect(entryKey(entry({ project: 'a', network: 'b_c' }))).not.toBe(entryKey(entry({ project: 'a_b', network: 'c' })));
  });

  it('is empty after a transaction is settled', async () => {
    const journal = journalStore(folder);
    await journal.begin(entry());

    await journal.settle(entry());

    await expect(journal.read()).resolves.toEqual({ entries: [], unreadable: [] });
  });

  it.each([
    ['torn', '{"schema":"incus-safenet/jour', 'torn or foreign'],
    ['empty', '', 'torn or foreign'],
    ['foreign', '{"hello":"world"}', 'not a journal entry'],
    ['from a newer version', '{"schema":"incus-safenet/journal/2","id":"x"}', 'written by another version'],
    ['incomplete', '{"schema":"incus-safenet/journal/1","id":"x"}', 'not a journal entry'],
  ])('reports a file that is %s and leaves it alone', async (_, text, reason) => {
    await mkdir(path.join(folder, 'journal'));
    const file = path.join(folder, 'journal', 'odd.json');
    await writeFile(file, text);
    const journal = journalStore(folder);
    await journal.begin(entry());

    const { entries, unreadable } = await journal.read();

    expect(entries).toEqual([entry()]);
    expect(unreadable).toEqual([{ file, reason: expect.stringContaining(reason) }]);
    await expect(readFile(file, 'utf8')).resolves.toBe(text);
  });

  it('does not take an entry for torn that is settled while it is read', async () => {
    const journal = journalStore(folder);
    const others = Array.from({ length: 20 }, (_, index) => entry({ id: `id-${index}`, network: `web${index}` }));
    for (const other of others) await journal.begin(other);

    const [read] = await Promise.all([journal.read(), ...others.map((other) => journal.settle(other))]);

    expect(read.unreadable).toEqual([]);
  });

  it('leaves a new transaction alone when an old one for the same network is settled or updated late', async () => {
    const journal = journalStore(folder);
    await journal.begin(entry({ id: 'new' }));

    await journal.settle(entry({ id: 'old' }));

    await expect(journal.update(entry({ id: 'old' }))).rejects.toThrow(TransactionGoneError);
    await expect(journal.holds(entry({ id: 'old' }))).resolves.toBe(false);
    await expect(journal.read()).resolves.toMatchObject({ entries: [{ id: 'new' }] });
  });

  it('sweeps what a process left half-written, and nothing of one that is alive', async () => {
    const journal = journalStore(folder);
    await journal.begin(entry());
    const file = path.join(folder, 'journal', 'x.json');
    await writeFile(`${file}.dead.tmp`, JSON.stringify(entry({ owner: { host: 'here', pid: 1, started: '1', boot: 'b' } })));
    await writeFile(`${file}.alive.tmp`, JSON.stringify(entry({ owner: { host: 'here', pid: 2, started: '1', boot: 'b' } })));
    await writeFile(`${file}.torn.tmp`, '{"schema"');
    await writeFile(`${file}.old.tmp`, '{"schema"');
    await utimes(`${file}.old.tmp`, new Date(0), new Date(0));

    await journal.sweep(({ pid }) => Promise.resolve(pid === 2));

    const left = await readdir(path.join(folder, 'journal'));
    expect(left.filter((name) => name.endsWith('.tmp')).sort()).toEqual(['x.json.alive.tmp', 'x.json.torn.tmp']);
    await expect(journal.read()).resolves.toMatchObject({ entries: [{ id: 'one' }], unreadable: [] });
  });

  it('makes every folder on the way to an entry', async () => {
    const deep = path.join(folder, 'a', 'b');

    await journalStore(deep).begin(entry());

    expect((await stat(path.join(deep, 'journal'))).mode & 0o777).toBe(0o700);
  });

  it('says that nothing can be written, and where, when the folder is a file', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');

    await expect(journalStore(file).begin(entry())).rejects.toThrow(JournalWriteError);
    await expect(journalStore(file).begin(entry())).rejects.toThrow(`cannot write the journal in ${file}`);
  });

  it('keeps backups under a name that stays inside the folder', async () => {
    const file = await journalStore(folder).backup('../../etc/x; y.sql', 'INSERT 1;');

    expect(path.dirname(file)).toBe(path.join(folder, 'backups'));
    await expect(readFile(file, 'utf8')).resolves.toBe('INSERT 1;');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
