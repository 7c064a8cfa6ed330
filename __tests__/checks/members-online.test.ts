import { describe, expect, it } from '@jest/globals';
import { membersOnline } from '../../lib/checks/members-online.js';
import { absent, silent, unreadable } from '../../lib/facts/facts.js';
import { closedCluster, cluster, facts, intent, ovn } from './builders.js';

describe('members-online', () => {
  it('passes when every member is online', () => {
    expect(membersOnline.judge(intent(), facts(cluster('node1', 'node2'))).status).toBe('pass');
  });

  it.each(['Offline', 'Blocked', 'Something new'])('fails when a member is %s', (status) => {
    const result = membersOnline.judge(intent({ remote: 'lab' }), facts(cluster('node1', `node2:${status}`)));

    expect(result).toMatchObject({ status: 'fail', fix: 'incus cluster list lab:' });
    expect(result.detail).toContain(`node2 (${status})`);
    expect(result.members?.map((member) => member.status)).toEqual(['pass', 'fail']);
  });

  it('fails when a member that counts as Online gave no answer', () => {
    const learned = cluster('node1', 'node2');
    const interfaces = [{ member: 'node1', presence: absent('not found') }, { member: 'node2', presence: silent('Missing event connection with target cluster member') }];

    const result = membersOnline.judge(intent(), facts({ ...learned, interfaces }));

    expect(result).toMatchObject({ status: 'fail', detail: expect.stringContaining('node2 (Online, but it does not answer: Missing event connection') });
    expect(membersOnline.judge(intent({ target: 'node1' }), facts({ ...learned, interfaces })).status).toBe('pass');
  });

  it('fails when a member was silent about Open vSwitch', () => {
    const learned = { ...cluster('node1', 'node2'), interfaces: null, ovn: ovn({ ovs: [{ member: 'node2', ovs: silent('timeout') }] }) };

    expect(membersOnline.judge(intent({ type: 'ovn' }), facts(learned)).status).toBe('fail');
  });

  it('takes a no for an answer', () => {
    const interfaces = [{ member: 'node2', presence: unreadable('not authorized') }];

    expect(membersOnline.judge(intent(), facts({ ...cluster('node1', 'node2'), interfaces })).status).toBe('pass');
  });

  it('warns of a member in maintenance, whose daemon may still answer', () => {
    const result = membersOnline.judge(intent(), facts(cluster('node1', 'node2:Evacuated')));

    expect(result).toMatchObject({ status: 'warn', detail: expect.stringContaining('node2 (Evacuated)') });
  });

  it.each([
    ['passes while another one is down', 'node1', 'pass'],
    ['fails when it is down itself', 'node2', 'fail'],
    ['does not apply when there is none of that name', 'node9', 'not-applicable'],
  ])('--target of a member %s', (_, target, status) => {
    expect(membersOnline.judge(intent({ target }), facts(cluster('node1', 'node2:Offline'))).status).toBe(status);
  });

  it('is unknown when the members cannot be read', () => {
    expect(membersOnline.judge(intent(), facts(closedCluster()))).toMatchObject({ status: 'unknown', fix: 'incus cluster list' });
  });

  it('does not apply to a server that is not clustered', () => {
    expect(membersOnline.judge(intent(), facts()).status).toBe('not-applicable');
  });
});
