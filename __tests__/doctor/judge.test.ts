import { describe, expect, it } from '@jest/globals';
import type { BrokenRecord } from '../../lib/doctor/broken-record.js';
import { kindOf } from '../../lib/doctor/broken-record.js';
import { judgeProjects } from '../../lib/doctor/judge-projects.js';
import { judgeRecord } from '../../lib/doctor/judge-records.js';
import type { Survey } from '../../lib/doctor/survey.js';
import { suspects } from '../../lib/doctor/suspects.js';
import { unseen } from '../../lib/doctor/unseen.js';
import type { OvnFacts } from '../../lib/facts/facts.js';
import { absent, known, unreadable } from '../../lib/facts/facts.js';
import { cluster, ovn as everywhere, server } from '../checks/builders.js';
import { members, network, project, record, row, survey } from './builders.js';

const alone = { server: server(), members: absent('the server is not clustered') };
const noJournal = { abandoned: [], running: [], unreadable: [] };
const nothing = { broken: [], inFlight: [], unreadable: [] };

describe('a record is suspect', () => {
  it.each<[string, Partial<Survey>, string[]]>([
    ['when its project names it and the list of networks does not', { projects: [project('p', ['/1.0/networks/web?project=p', '/1.0/profiles/default?project=p'])] }, ['p/web']],
    ['when it is Pending', { networks: [network('default/web', 'Pending')] }, ['default/web']],
    ['when it is Errored', { networks: [network('p/web', 'Errored')] }, ['p/web']],
    ['when it is Created and its row is not', { networks: [network('default/web')], rows: known([row('default/web 1 node1:1 node2:0')]) }, ['default/web']],
    ['when it is Unknown on a server of its own', { ...alone, networks: [network('default/web', 'Unknown')] }, ['default/web']],
  ])('%s', (_when, seen, expected) => {
    expect(suspects(survey(seen)).map((one) => `${one.project}/${one.network}`)).toEqual(expected);
  });

  it.each<[string, Partial<Survey>]>([
    ['when it is Created', { projects: [project('p', ['/1.0/networks/web?project=p'])], networks: [network('p/web')] }],
    ['when it could not be started after a boot', { networks: [network('default/web', 'Unavailable')] }],
    ['when a name of the same spelling is in another project', { projects: [project('p', ['/1.0/networks/web?project=p'])], networks: [network('p/web'), network('default/web')] }],
    ['when only something else is in the project', { projects: [project('p', ['/1.0/network-acls/web?project=p', '/1.0/instances/web?project=p'])] }],
    ['when its name has to be encoded in a URL', { projects: [project('p q', ['/1.0/networks/a%20b?project=p+q'])], networks: [network('p q/a b')] }],
  ])('never %s', (_when, seen) => {
    expect(suspects(survey(seen))).toEqual([]);
  });
});

describe('the kind of a broken record', () => {
  it.each<[string, string, Partial<BrokenRecord>, boolean]>([
    ['hidden-record', 'the server cannot load', { status: null, row: row('default/web 0 node1:0') }, true],
    ['pending-record', 'a cluster has defined on some members', { members: members('node1 Pending, node2 not defined') }, true],
    ['errored-record', 'a create failed on', { status: 'Errored', members: members('node1 Created, node2 Pending') }, true],
    ['errored-record', 'the database has as Errored', { status: 'Pending', row: row('default/web 2 node1:0') }, true],
    ['half-created-record', 'is Pending on a server of its own, which cannot be told more', { members: members('host1 Pending') }, false],
    ['half-created-record', 'is Created for the cluster and Pending on a member', { status: 'Created', row: row('default/web 1 node1:1 node2:0') }, true],
    ['half-created-record', 'is Pending and live on a member', { members: members('node1 Created, node2 Pending') }, true],
    ['pending-record', 'is a definition in the database of a server of its own', { row: row('default/web 0 none:0') }, false],
  ])('is %s for one that %s', (kind, _what, seen, isClustered) => {
    expect(kindOf(record(seen), isClustered)).toBe(kind);
  });
});

describe('the finding about a record', () => {
  it('has the server\'s own reason, and what it blocks', () => {
    const finding = judgeRecord(record({ project: 'p', status: null, reason: 'Failed loading network: no OVS', row: row('p/web 2 node1:0') }), survey());

    expect(finding).toMatchObject({ kind: 'hidden-record', severity: 'error', status: 'Errored', fix: 'incus-safenet repair web --project p' });
    expect(finding.evidence).toBe('the server lists it and cannot load it: no OVS; project "p" cannot be deleted while it is there');
  });

  it('sends to a cluster member where this connection cannot reach the database', () => {
    const { server: info, members: all } = cluster('node1', 'node2');
    const remote = survey({ server: { ...info, remote: 'lab', local: false }, members: all });

    const { fix } = judgeRecord(record({ project: 'p', status: null, reason: 'x', whyNoRow: 'not authorized' }), remote);

    expect(fix).toBe('on a cluster member, as a user who may use the unix socket: incus-safenet repair web --project p');
  });

  it('says where the network is live, where it is not, and where that cannot be told', () => {
    const { evidence, fix } = judgeRecord(record({ status: 'Errored', members: members('node1 Created, node2 Pending, node3 unknown') }), survey());

    expect(evidence).toBe('a create failed half way: Created on node1, Pending on node2, not known on node3');
    expect(fix).toBe('incus-safenet repair web');
  });

  it('names the one member of a cluster that lacks a network', () => {
    const finding = judgeRecord(record({ status: 'Created', row: row('default/web 1 node1:1 node2:0'), members: members('node1 Created, node2 Pending') }), survey());

    expect(finding).toMatchObject({ kind: 'half-created-record', member: 'node2' });
  });

  it('says who uses it, and which member has to come back first', () => {
    const { evidence } = judgeRecord(record({ members: members('node1 Pending, node2 Pending'), usedBy: ['/1.0/profiles/default'] }), survey({ ...cluster('node1', 'node2:Offline') }));

    expect(evidence).toBe('defined on every member, and created nowhere; in use by /1.0/profiles/default; node2 cannot be reached, and the removal has to wait for that');
  });

  it('is a warning, and no call for removal, where a sound network cannot be loaded', () => {
    const finding = judgeRecord(record({ status: null, reason: 'Failed loading network: no OVS', isSoundRow: true }), survey());

    expect(finding).toMatchObject({ severity: 'warning', status: 'Created' });
    expect(finding.fix).not.toContain('repair');
  });
});

describe('a project is at risk', () => {
  const ovn = (seen: Partial<OvnFacts>): OvnFacts => everywhere({ ovs: ['node1', 'node2'].map((member) => ({ member, ovs: known('br-int') })), ...seen });
  const risky = (seen: Partial<OvnFacts>, ...projects: Survey['projects']): string[] =>
    judgeProjects(survey({ projects: [project('default'), ...projects], ovn: ovn(seen) }), []).map((finding) => finding.project ?? '');

  it('where a member lacks Open vSwitch', () => {
    expect(risky({ ovs: [{ member: 'node1', ovs: absent('no br-int') }] }, project('p'))).toEqual(['p']);
  });

  it('where the northbound database is out of reach', () => {
    expect(risky({ northbound: absent('connection refused') }, project('p'))).toEqual(['p']);
  });

  it('never where OVN works, nor where its networks are those of the default project', () => {
    expect(risky({}, project('p'))).toEqual([]);
    expect(risky({ northbound: absent('connection refused') }, project('shared', [], false))).toEqual([]);
  });

  it('never for want of proof alone, which is said instead', () => {
    const seen = { northbound: unreadable('no ovn network is there'), hiddenRecordRemovable: unreadable('not a local connection') };

    expect(risky(seen, project('p'))).toEqual([]);
    expect(unseen(survey({ projects: [project('p')], ovn: ovn(seen) }), nothing, noJournal)).toEqual(['whether the OVN northbound database answers cannot be told: no ovn network is there']);
  });

  it.each<[string, string[], string]>([
    ['can give up its own networks where it is empty', ['/1.0/profiles/default?project=p'], 'incus project set p features.networks=false'],
    ['can do so once its broken record is gone', ['/1.0/networks/web?project=p'], 'once its broken record is repaired: incus project set p features.networks=false'],
    ['needs OVN where it is not empty', ['/1.0/instances/c1?project=p', '/1.0/networks/web?project=p'], 'install and start Open vSwitch and ovn-controller on node1'],
  ])('and %s', (_what, usedBy, fix) => {
    const lacking = ovn({ ovs: [{ member: 'node1', ovs: absent('no br-int') }] });

    const [finding] = judgeProjects(survey({ projects: [project('p', usedBy)], ovn: lacking }), [{ project: 'p', network: 'web' }]);

    expect(finding?.fix).toBe(fix);
  });
});

describe('what could not be seen is said', () => {
  it('about a connection that may see some projects, and no database', () => {
    const seen = unseen(survey({ isRestricted: true, projects: [project('mine')], rows: unreadable('not authorized') }), nothing, noJournal);

    expect(seen).toEqual([
      'this connection may see only project "mine"; other projects were not looked at',
      'the database cannot be read over this connection, so a network that is Created was not compared with its members',
    ]);
  });

  it('about members that are down, and networks that are being made', () => {
    const seen = unseen(survey({ ...cluster('node1', 'node2:Offline') }), { ...nothing, inFlight: [{ project: 'p', network: 'web' }] }, noJournal);

    expect(seen).toEqual(['node2 cannot be reached', 'network "web" in project "p" is perhaps being created at this moment; look again later']);
  });
});
