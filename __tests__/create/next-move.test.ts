import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../lib/create/next-move.js';
import { nextMove } from '../../lib/create/next-move.js';
import type { Observed } from '../../lib/create/observe.js';
import type { JournalEntry } from '../../lib/journal/schema.js';

type Step = JournalEntry['steps'][number];

function step(changes: Partial<Step> = {}): Step {
  const body = { config: {}, description: '', name: 'web', type: '' };
  return { kind: 'create-network', status: 'doing', request: { method: 'POST', path: '/1.0/networks', body }, ...changes };
}

function entry(changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    schema: 'incus-safenet/journal/1',
    id: 'one',
    startedAt: '2026-01-01T00:00:00.000Z',
    owner: { host: 'here', pid: 1, started: '1', boot: 'b' },
    server: { remote: 'local', fingerprint: 'f', members: [] },
    project: 'default',
    network: 'web',
    type: 'bridge',
    before: { status: 'absent', locations: [], interfaces: [] },
    steps: [step()],
    ...changes,
  };
}

function record(status: string, changes: Partial<Extract<Observed, { kind: 'record' }>> = {}): Observed {
  return { kind: 'record', status, type: 'bridge', config: {}, description: '', locations: ['node1', 'node2'], usedBy: [], ...changes };
}

const hidden: Observed = { kind: 'hidden', reason: 'Failed loading network', row: null, whyNoRow: 'not authorized' };
const before = (status: string): JournalEntry['before'] => ({ status, locations: ['node1'], interfaces: [] });

describe('nextMove', () => {
  it.each<[string, Observed, Answer, string]>([
    ['there is no record after a no', { kind: 'absent' }, 'no', 'nothing-left'],
    ['there is no record after a lost connection', { kind: 'absent' }, 'none', 'nothing-left'],
    ['the server cannot be read', { kind: 'unreadable', reason: 'gone' }, 'none', 'cannot-tell'],
    ['the network is Created after a yes', record('Created'), 'yes', 'keep-created'],
    ['the network is Created after a lost connection', record('Created'), 'none', 'keep-created'],
    ['the network is Created after a no: somebody else made it', record('Created'), 'no', 'leave'],
    ['the network is Created as asked for after a failure of a server that is not clustered', record('Created'), 'failed', 'keep-created'],
    ['the network is Created otherwise after a failure', record('Created', { type: 'macvlan' }), 'failed', 'leave'],
    ['the record is Errored after a failure', record('Errored'), 'failed', 'delete'],
    ['the record is Pending after a lost connection', record('Pending'), 'none', 'delete'],
    ['the record is Errored after a no', record('Errored'), 'no', 'delete'],
    ['the record is Errored and the server said that it is somebody else’s', record('Errored'), 'taken', 'leave'],
    ['the record is hidden and the server said that it is somebody else’s', hidden, 'taken', 'leave'],
    ['the record is hidden after a no', hidden, 'no', 'delete-row'],
    ['the record is hidden after a lost connection', hidden, 'none', 'delete-row'],
    ['the record is in use', record('Errored', { usedBy: ['/1.0/instances/c1'] }), 'no', 'stuck'],
    ['the server said yes and shows something else', record('Errored'), 'yes', 'cannot-tell'],
  ])('when %s', (_, observed, answer, move) => {
    expect(nextMove(entry(), observed, { answer, interrupted: false }).kind).toBe(move);
  });

  it.each<[string, Observed]>([
    ['Pending', record('Pending')],
    ['Errored', record('Errored')],
    ['hidden', hidden],
  ])('leaves a record alone that was there before us and is now %s', (_, observed) => {
    expect(nextMove(entry({ before: before('Pending') }), observed, { answer: 'no', interrupted: false }).kind).toBe('leave-definitions');
  });

  it.each<[string, Observed]>([
    ['there is no record', { kind: 'absent' }],
    ['the record is Errored', record('Errored')],
    ['the record is hidden', hidden],
  ])('undoes nothing while the server may still carry out our request, when %s', (_, observed) => {
    expect(nextMove(entry(), observed, { answer: 'open', interrupted: true }).kind).toBe('cannot-tell');
  });

  it('keeps what is Created as asked for, even while the answer is still to come', () => {
    expect(nextMove(entry(), record('Created'), { answer: 'open', interrupted: false }).kind).toBe('keep-created');
  });

  describe('a half-made record that was absent before', () => {
    const body = { config: { 'ipv4.address': '10.8.0.1/24', 'ipv6.address': 'auto' }, description: 'ours', name: 'web', type: '' };
    const asked = entry({ steps: [step({ request: { method: 'POST', path: '/1.0/networks', body } })] });

    it.each<[string, Partial<Extract<Observed, { kind: 'record' }>>]>([
      ['another type', { description: 'ours', type: 'macvlan' }],
      ['another description', { description: 'theirs' }],
      ['another value of a key that we asked for', { description: 'ours', config: { 'ipv4.address': '10.9.0.1/24' } }],
    ])('is somebody else’s when it has %s', (_, changes) => {
      expect(nextMove(asked, record('Pending', changes), { answer: 'none', interrupted: false }).kind).toBe('leave');
    });

    it('is ours when it has what we asked for, or not yet', () => {
      for (const config of [{}, { 'ipv4.address': '10.8.0.1/24', 'ipv6.address': 'fd42::1/64' }]) {
        expect(nextMove(asked, record('Pending', { description: 'ours', config }), { answer: 'none', interrupted: false }).kind).toBe('delete');
      }
    });

    it('is somebody else’s when it is hidden and its row has another description', () => {
      const row = { id: 1, projectId: 2, name: 'web', description: 'theirs', state: 0, type: 3, members: [] };

      expect(nextMove(asked, { ...hidden, row } as Observed, { answer: 'no', interrupted: false }).kind).toBe('leave');
    });
  });

  describe('in a cluster', () => {
    const define = (member: string, status: Step['status']): Step => step({ kind: 'define-pending-on-member', member, status });
    const cluster = (...steps: Step[]): JournalEntry =>
      entry({ server: { remote: 'local', fingerprint: 'f', members: ['node1', 'node2'] }, steps: [...steps, step({ status: 'failed' })] });

    it('takes back a record that consists of our definitions', () => {
      const ours = cluster(define('node1', 'done'), define('node2', 'done'));

      expect(nextMove(ours, record('Errored'), { answer: 'no', interrupted: false }).kind).toBe('delete');
    });

    it('leaves definitions alone that somebody made while we had none to make', () => {
      expect(nextMove(cluster(), record('Pending', { locations: ['node1'] }), { answer: 'no', interrupted: false }).kind).toBe('leave');
    });

    it('does not remove a definition along with ours that somebody made where we had none to make', () => {
      expect(nextMove(cluster(define('node1', 'done')), record('Pending'), { answer: 'none', interrupted: true }).kind).toBe('stuck');
    });

    it('does not remove a definition along with ours that somebody made before we could', () => {
      const refused = { ...define('node2', 'failed'), taken: true };

      expect(nextMove(cluster(define('node1', 'done'), refused), record('Pending'), { answer: 'taken', interrupted: false }).kind).toBe('stuck');
    });

    it('has nothing to do any more when our definition has been taken out of those of others', () => {
      const refused = { ...define('node2', 'failed'), taken: true };

      expect(nextMove(cluster(define('node1', 'done'), refused), record('Pending', { locations: ['node2'] }), { answer: 'taken', interrupted: false }).kind).toBe('leave');
    });

    it('leaves a network alone that somebody creates from our definitions', () => {
      const ours = cluster(define('node1', 'done'), define('node2', 'done'));

      expect(nextMove(ours, record('Errored'), { answer: 'taken', interrupted: false }).kind).toBe('stuck');
    });

    it('takes back our definitions when a member has joined that has none, and nobody has begun to create', () => {
      const ours = cluster(define('node1', 'done'), define('node2', 'done'));

      expect(nextMove(ours, record('Pending'), { answer: 'taken', interrupted: false }).kind).toBe('delete');
    });

    it('takes back an ovn record, which the create itself defines on every member', () => {
      const ours = { ...cluster(), type: 'ovn' };

      expect(nextMove(ours, record('Errored', { type: 'ovn' }), { answer: 'no', interrupted: false }).kind).toBe('delete');
    });
  });

  it('takes back what was created well when the user interrupted', () => {
    expect(nextMove(entry(), record('Created'), { answer: 'yes', interrupted: true }).kind).toBe('delete');
  });

  it('keeps what was created when the user interrupted and somebody uses it already', () => {
    const used = record('Created', { usedBy: ['/1.0/instances/c1'] });

    expect(nextMove(entry(), used, { answer: 'yes', interrupted: true }).kind).toBe('keep-created');
  });

  it.each([
    ['another type', record('Created', { type: 'macvlan' })],
    ['another value of a key that we asked for', record('Created', { config: { 'ipv4.address': '10.9.0.1/24' } })],
    ['another description', record('Created', { description: 'theirs', config: { 'ipv4.address': '10.8.0.1/24' } })],
  ])('takes a Created network with %s for somebody else’s after a lost connection', (_, observed) => {
    const body = { config: { 'ipv4.address': '10.8.0.1/24', 'ipv6.address': 'auto' }, description: 'ours', name: 'web', type: '' };
    const asked = entry({ steps: [step({ request: { method: 'POST', path: '/1.0/networks', body } })] });

    expect(nextMove(asked, observed, { answer: 'none', interrupted: false }).kind).toBe('leave');
  });

  describe('a definition by --target', () => {
    const define = (changes: Partial<JournalEntry> = {}): JournalEntry =>
      entry({ steps: [step({ kind: 'define-pending-on-member', member: 'node2' })], ...changes });

    it.each<[Answer]>([['yes'], ['none']])('is kept when it is there and the answer was %s', (answer) => {
      expect(nextMove(define(), record('Pending'), { answer, interrupted: false }).kind).toBe('keep-defined');
    });

    it('is taken back when the user interrupted and nothing was there before', () => {
      expect(nextMove(define(), record('Pending'), { answer: 'yes', interrupted: true }).kind).toBe('delete');
    });

    it('is kept when the user interrupted and other definitions were there before: DELETE would remove those too', () => {
      expect(nextMove(define({ before: before('Pending') }), record('Pending'), { answer: 'yes', interrupted: true }).kind).toBe('keep-defined');
    });

    it('of another member is left alone after a lost connection', () => {
      const elsewhere = record('Pending', { locations: ['node1'] });

      expect(nextMove(define({ before: before('Pending') }), elsewhere, { answer: 'none', interrupted: false }).kind).toBe('leave');
    });
  });
});
