import { describe, expect, it } from '@jest/globals';
import type { BrokenRecord } from '../../lib/doctor/broken-record.js';
import { guardedAdoption } from '../../lib/create/adopt.js';
import { backupNames } from '../../lib/repair/backup.js';
import type { Circumstances } from '../../lib/repair/treatment.js';
import { isFinishable, treatmentOf } from '../../lib/repair/treatment.js';
import { members, record, row } from '../doctor/builders.js';

const quiet: Circumstances = { offline: [], rowUsers: [], isClustered: true, runsInterface: false };
const hidden = { status: null, type: 'ovn', reason: 'Failed loading network', row: row('p/web 0 node1:0 node2:0'), members: members('node1 Pending, node2 Pending') };

describe('the treatment of a broken record', () => {
  it.each<[string, string, Partial<BrokenRecord>, Partial<Circumstances>]>([
    ['delete', 'the server can load it', { members: members('node1 Pending, node2 not defined') }, {}],
    ['delete', 'a create failed half way', { status: 'Errored', members: members('node1 Created, node2 Pending') }, {}],
    ['delete-row', 'the server cannot load it', hidden, {}],
    ['delete-row', 'the server cannot load it, though a member is down', hidden, { offline: ['node2'] }],
    ['adopt-and-delete', 'its interface runs on a server that takes it for Pending', { row: row('default/web 1 none:0') }, { isClustered: false, runsInterface: true }],
    ['delete', 'its interface does not run', { row: row('default/web 1 none:0') }, { isClustered: false }],
  ])('is %s where %s', (kind, _where, seen, circumstances) => {
    expect(treatmentOf(record(seen), { ...quiet, ...circumstances })).toEqual({ kind });
  });

  it.each<[string, Partial<BrokenRecord>, Partial<Circumstances>, RegExp]>([
    ['is in use', { usedBy: ['/1.0/instances/c1'] }, {}, /in use by .*c1/],
    ['is hidden and in use', hidden, { rowUsers: ['profile "default"'] }, /in use by profile "default"/],
    ['is hidden and live on a member', { ...hidden, members: members('node1 Created, node2 Pending') }, {}, /Created on node1/],
    ['is hidden, and the database is out of reach', { ...hidden, row: null, whyNoRow: 'not authorized' }, {}, /not authorized/],
    ['is that of a sound network', { ...hidden, row: null, isSoundRow: true }, {}, /Created on every member/],
    ['has a member that is down', { members: members('node1 Pending, node2 unknown') }, { offline: ['node2'] }, /node2 cannot be reached/],
    ['runs, and its row cannot be set right from here', {}, { isClustered: false, runsInterface: true }, /its interface runs/],
  ])('is to leave it alone where it %s', (_where, seen, circumstances, why) => {
    expect(treatmentOf(record(seen), { ...quiet, ...circumstances })).toMatchObject({ kind: 'leave', why: expect.stringMatching(why), hint: expect.stringMatching(/./) });
  });
});

describe('finishing instead of removing', () => {
  it.each<[boolean, string, Partial<BrokenRecord>, boolean]>([
    [true, 'a bridge that is pending on some members', { members: members('node1 Pending, node2 not defined') }, true],
    [true, 'a physical network that is pending on all', { type: 'physical', members: members('node1 Pending, node2 Pending') }, true],
    [false, 'a physical network that lacks a definition: its parent there is not known', { type: 'physical', members: members('node1 Pending, node2 not defined') }, true],
    [true, 'an errored bridge, once the obstacle is gone', { status: 'Errored', members: members('node1 Created, node2 Pending') }, true],
    [false, 'an ovn network', { type: 'ovn', members: members('node1 Pending, node2 Pending') }, true],
    [false, 'a hidden record', hidden, true],
    [false, 'a record of a server of its own', { members: members('host1 Pending') }, false],
  ])('is %s for %s', (expected, _what, seen, isClustered) => {
    expect(isFinishable(record(seen), isClustered)).toBe(expected);
  });
});

it('names the backups of one repair alike, and two networks never the same', () => {
  const names = backupNames(new Date('2026-01-02T03:04:05.678Z'), '0123456789');

  expect(names.prefix).toBe('repair-20260102T030405Z-01234567-');
  expect(names.of(record({ project: 'a_b', network: 'c', row: { ...row('a_b/c 0'), id: 1 } }), 'sql')).toBe(`${names.prefix}1-a_b_c.sql`);
  expect(names.of(record({ project: 'a', network: 'b_c', row: { ...row('a/b_c 0'), id: 2 } }), 'sql')).toBe(`${names.prefix}2-a_b_c.sql`);
});

it('holds no semicolon in the statement that sets a row right, whatever the name: the server would cut it there', () => {
  expect(guardedAdoption(row(`default/a;b'c 1 none:0`))).not.toContain(';');
});
