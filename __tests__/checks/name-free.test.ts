import { describe, expect, it } from '@jest/globals';
import { nameFree } from '../../lib/checks/name-free.js';
import { known, unreadable, type RecordFact } from '../../lib/facts/facts.js';
import type { Intent } from '../../lib/intent/intent.js';
import { cluster, facts, intent, isWellFormed, ownNetworks, record } from './builders.js';

const onServer = (learned: Partial<RecordFact>, said: Partial<Intent> = {}) => nameFree.judge(intent(said), facts({ record: record(learned) }));
const inCluster = (learned: Partial<RecordFact>, said: Partial<Intent> = {}) =>
  nameFree.judge(intent(said), facts({ ...cluster('node1', 'node2'), record: record(learned) }));

describe('name-free', () => {
  it('passes when there is no record of that name', () => {
    expect(nameFree.judge(intent(), facts()).status).toBe('pass');
  });

  it.each(['Created', 'Unavailable', 'Unknown'])('fails when the network exists and is %s', (status) => {
    expect(onServer({ status }, { remote: 'lab', project: 'test' })).toMatchObject({ status: 'fail', fix: 'incus network show lab:web --project test' });
    expect(inCluster({ status }).status).toBe('fail');
  });

  it('fails for a hidden record and points to repair in the project that holds it', () => {
    const hidden = record({ status: 'Hidden', type: null, reason: 'Failed to connect to OVS' });

    const result = nameFree.judge(intent({ remote: 'lab', project: 'test' }), facts({ ...ownNetworks(), record: hidden }));

    expect(result).toMatchObject({ status: 'fail', fix: 'incus-safenet repair lab:web --project test' });
    expect(result.detail).toContain('Failed to connect to OVS');
  });

  it('fails when the record cannot be read: what a failed create left could not be told from what was there', () => {
    expect(nameFree.judge(intent(), facts({ record: unreadable('not authorized') }))).toMatchObject({ status: 'fail', fix: 'incus network show web' });
  });

  it('fails for a half-created network on a server that is not clustered', () => {
    expect(onServer({ status: 'Pending' })).toMatchObject({ status: 'fail', fix: 'incus-safenet repair web' });
  });

  describe('Pending in a cluster', () => {
    const pending = { status: 'Pending', locations: ['node1'] };

    it.each([
      ['the create that follows the definitions', {}],
      ['a definition on another member', { target: 'node2' }],
      ['--all-members', { allMembers: true }],
    ])('passes for %s', (_, said) => {
      expect(inCluster(pending, said)).toMatchObject({ status: 'pass', detail: 'network "web" is Pending, defined on node1' });
    });

    it('fails for a second definition on the same member', () => {
      expect(inCluster(pending, { target: 'node1' })).toMatchObject({ status: 'fail', detail: 'network "web" is already defined on member "node1"' });
    });

    it('fails when the definitions are of another type', () => {
      expect(inCluster({ ...pending, type: 'macvlan' })).toMatchObject({ status: 'fail', fix: 'incus network create web --type macvlan' });
    });
  });

  describe('Errored in a cluster', () => {
    it('warns that a create without config is a retry', () => {
      expect(inCluster({ status: 'Errored' })).toMatchObject({ status: 'warn', detail: expect.stringContaining('retries'), fix: 'to start afresh instead: incus-safenet repair web' });
    });

    it.each<[string, Partial<RecordFact>, Partial<Intent>, string]>([
      ['config is given', {}, { config: { 'ipv4.nat': 'true' } }, 'incus network create web'],
      ['config of a member is given', {}, { memberConfig: [{ member: 'node1', key: 'parent', value: 'eth0' }] }, 'incus network create web'],
      ['it is an ovn network', { type: 'ovn' }, { type: 'ovn' }, 'incus-safenet repair web'],
      ['it is of another type', { type: 'macvlan' }, {}, 'incus network create web --type macvlan'],
      ['a definition is asked for', {}, { target: 'node2' }, 'incus network create web'],
    ])('fails when %s', (_, learned, said, fix) => {
      expect(inCluster({ status: 'Errored', ...learned }, said)).toMatchObject({ status: 'fail', fix });
    });
  });

  it('fails for an errored network on a server that is not clustered', () => {
    expect(onServer({ status: 'Errored' })).toMatchObject({ status: 'fail', fix: 'incus-safenet repair web' });
  });

  it('does not guess at the type of a record while the project cannot be read', () => {
    const result = nameFree.judge(
      intent(),
      facts({ ...cluster('node1', 'node2'), effectiveProject: unreadable('not authorized'), record: record({ status: 'Pending', type: 'ovn' }) }),
    );

    expect(result.status).toBe('pass');
    expect(isWellFormed(result)).toBe(true);
  });

  it('names the project that was asked for where the effective one cannot be read', () => {
    const result = nameFree.judge(intent({ project: 'test' }), facts({ effectiveProject: unreadable('no'), record: known({ ...hiddenRecord }) }));

    expect(result.fix).toBe('incus-safenet repair web --project test');
  });
});

const hiddenRecord: RecordFact = { status: 'Hidden', type: null, config: {}, description: '', locations: [], usedBy: [], reason: null };
