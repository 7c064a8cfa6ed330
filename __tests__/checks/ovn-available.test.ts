import { describe, expect, it } from '@jest/globals';
import { ovnAvailable } from '../../lib/checks/ovn-available.js';
import { absent, broken, known, unreadable, type OvnFacts } from '../../lib/facts/facts.js';
import { closedProject, cluster, facts, intent, isWellFormed, ovn, ownNetworks } from './builders.js';

const present = known('br-int', 'br-int is there');
const missing = absent('no br-int');
const silent = unreadable('Missing event connection with target cluster member');

const implicit = intent({ project: 'test' });
const judge = (learned: Partial<OvnFacts> | null, around = cluster('node1', 'node2', 'node3')) =>
  ovnAvailable.judge(implicit, facts({ ...around, ...ownNetworks(), ovn: learned && ovn(learned) }));

const on = (...answers: OvnFacts['ovs'][number]['ovs'][]) => answers.map((ovs, index) => ({ member: `node${index + 1}`, ovs }));

describe('ovn-available', () => {
  it('tells Open vSwitch that lacks a setting from Open vSwitch that is missing', () => {
    expect(judge({ ovs: on(broken('no external_ids:ovn-encap-ip'), present, present) })).toMatchObject({
      status: 'fail',
      detail: 'Open vSwitch is not set up for OVN on node1 (no external_ids:ovn-encap-ip)',
      fix: 'set it with ovs-vsctl on node1, where this shows what is set: ovs-vsctl get open_vswitch . external_ids',
    });
  });

  it('fails when the southbound database is out of reach', () => {
    const result = judge({ ovs: on(present, present, present), southbound: absent('no /run/ovn/ovnsb_db.sock') });

    expect(result).toMatchObject({ status: 'fail', detail: 'the OVN southbound database is out of reach: no /run/ovn/ovnsb_db.sock' });
  });

  it.each([
    ['on every member', on(missing, missing, missing), 'Open vSwitch is missing on 3 of 3 members: node1 (no br-int), node2 (no br-int), node3 (no br-int)'],
    ['on one member', on(present, missing, present), 'Open vSwitch is missing on 1 of 3 members: node2 (no br-int)'],
    [
      'on one, while another cannot be asked',
      on(present, missing, silent),
      'Open vSwitch is missing on 1 of 3 members: node2 (no br-int); node3 (cannot be asked: Missing event connection with target cluster member)',
    ],
    [
      'perhaps: a member cannot be asked',
      on(present, present, silent),
      'Open vSwitch is unproven on 1 of 3 members: node3 (cannot be asked: Missing event connection with target cluster member)',
    ],
  ])('fails when Open vSwitch is missing %s', (_, ovs, detail) => {
    const result = judge({ ovs });

    expect(result).toMatchObject({ status: 'fail', detail });
    expect(isWellFormed(result)).toBe(true);
  });

  it('shows the evidence per member', () => {
    expect(judge({ ovs: on(present, missing, silent) }).members).toEqual([
      { name: 'node1', status: 'pass', evidence: 'br-int is there' },
      { name: 'node2', status: 'fail', evidence: 'no br-int' },
      { name: 'node3', status: 'unknown', evidence: 'cannot be asked: Missing event connection with target cluster member' },
    ]);
  });

  it('names only the members that lack Open vSwitch in the way out', () => {
    expect(judge({ ovs: on(present, missing, missing) }).fix).toBe('install and start Open vSwitch and ovn-controller on node2, node3');
  });

  it('sends the reader to the cluster when a member cannot be asked', () => {
    expect(judge({ ovs: on(present, silent) }).fix).toBe('incus cluster list');
  });

  it.each([
    [missing, 'Open vSwitch is missing on this server (no br-int)', 'install and start Open vSwitch and ovn-controller'],
    [silent, 'Open vSwitch cannot be asked: Missing event connection with target cluster member', 'incus network show br-int --project default'],
  ])('fails on a server that is not clustered without naming members', (ovs, detail, fix) => {
    expect(ovnAvailable.judge(intent({ type: 'ovn' }), facts({ ovn: ovn({ ovs: [{ member: 'host1', ovs }] }) }))).toMatchObject({ status: 'fail', detail, fix });
  });

  it.each([
    ['no member was asked', { ovs: [] }],
    ['nothing was asked at all', null],
  ])('fails when %s', (_, learned) => {
    const result = judge(learned);

    expect(result.status).toBe('fail');
    expect(isWellFormed(result)).toBe(true);
  });

  it('passes with Open vSwitch on every member and OVN proven', () => {
    expect(judge({ ovs: on(present, present, present) }).status).toBe('pass');
  });

  it('says that the bridge is there where the fact has no words of its own', () => {
    expect(judge({ ovs: on(known('br-int')), integrationBridge: 'br-sdn' }).members).toEqual([{ name: 'node1', status: 'pass', evidence: 'br-sdn is there' }]);
  });

  it('fails when the northbound database is known to be out of reach', () => {
    expect(judge({ northbound: absent('connection refused') })).toMatchObject({ status: 'fail', detail: expect.stringContaining('connection refused') });
  });

  it.each([
    ['warns', 'could be taken back', known(true), 'warn'],
    ['fails', 'could not be taken back', known(false), 'fail'],
    ['fails', 'may or may not be taken back', unreadable('not a local connection'), 'fail'],
    ['fails', 'has no way back', absent('no such endpoint'), 'fail'],
  ])('%s when the northbound database is unknown and a hidden record %s', (_, __, hiddenRecordRemovable, status) => {
    const result = judge({ northbound: unreadable('no ovn network'), hiddenRecordRemovable });

    expect(result.status).toBe(status);
    expect(isWellFormed(result)).toBe(true);
  });

  it('is asked for an explicit ovn in project default too', () => {
    expect(ovnAvailable.judge(intent({ type: 'ovn' }), facts({ ovn: ovn({ ovs: on(missing) }) })).status).toBe('fail');
  });

  it.each(['bridge', 'macvlan', 'vxlan'])('does not apply to type %s', (type) => {
    expect(ovnAvailable.judge(intent({ type }), facts(ownNetworks())).status).toBe('not-applicable');
  });

  it('is unknown when no type was given and the project cannot be read', () => {
    expect(ovnAvailable.judge(implicit, facts(closedProject())).status).toBe('unknown');
  });
});
