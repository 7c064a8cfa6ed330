import { describe, expect, it } from '@jest/globals';
import { interfaceFree } from '../../lib/checks/interface-free.js';
import { absent, known, unreadable, type InterfaceFact } from '../../lib/facts/facts.js';
import { closedCluster, closedProject, cluster, facts, intent } from './builders.js';

const free: InterfaceFact = { member: 'node1', presence: absent('not found') };
const taken: InterfaceFact = { member: 'node2', presence: known('physical') };
const silent: InterfaceFact = { member: 'node2', presence: unreadable('the member is Offline') };
const on = (...interfaces: InterfaceFact[]) => facts({ ...cluster('node1', 'node2'), interfaces });

describe('interface-free', () => {
  it('passes when no member has an interface of that name', () => {
    expect(interfaceFree.judge(intent(), on(free)).status).toBe('pass');
  });

  it('fails when a member has one, and says which', () => {
    const result = interfaceFree.judge(intent(), on(free, taken));

    expect(result).toMatchObject({ status: 'fail', detail: 'an interface "web" that Incus does not manage is there already on node2' });
    expect(result.members).toContainEqual({ name: 'node2', status: 'fail', evidence: 'an interface of type "physical"' });
  });

  it('does not name the member of a server that is not clustered', () => {
    const result = interfaceFree.judge(intent(), facts({ interfaces: [{ member: 'host1', presence: known('bridge') }] }));

    expect(result).toMatchObject({ status: 'fail', detail: 'an interface "web" that Incus does not manage is there already' });
  });

  it.each([
    ['warns of the interface on the member', 'node2', 'warn'],
    ['does not mind that of another member', 'node1', 'pass'],
  ])('%s that --target names', (_, target, status) => {
    expect(interfaceFree.judge(intent({ target }), on(free, taken)).status).toBe(status);
  });

  it('fails for a taken name even when another member cannot be asked', () => {
    expect(interfaceFree.judge(intent(), on({ ...silent, member: 'node1' }, taken)).status).toBe('fail');
  });

  it.each([
    ['a member cannot be asked', on(free, silent)],
    ['the members cannot be read', facts({ ...closedCluster(), interfaces: [free] })],
    ['no member was asked', facts({ interfaces: null })],
    ['the type hangs on a project that cannot be read', facts(closedProject())],
  ])('is unknown when %s', (_, learned) => {
    expect(interfaceFree.judge(intent(), learned)).toMatchObject({ status: 'unknown', fix: expect.any(String) });
  });

  it.each(['macvlan', 'sriov', 'physical', 'ovn', 'vxlan'])('does not apply to %s, which makes no such interface', (type) => {
    expect(interfaceFree.judge(intent({ type }), on(taken)).status).toBe('not-applicable');
  });
});
