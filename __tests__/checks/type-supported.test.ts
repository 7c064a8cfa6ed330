import { describe, expect, it } from '@jest/globals';
import { typeSupported } from '../../lib/checks/type-supported.js';
import { absent } from '../../lib/facts/facts.js';
import { closedProject, cluster, facts, intent, ovn, ownNetworks } from './builders.js';

describe('type-supported', () => {
  it.each(['bridge', 'macvlan', 'sriov', 'ovn', 'physical'])('passes for %s in project default', (type) => {
    expect(typeSupported.judge(intent({ type }), facts()).status).toBe('pass');
  });

  it.each(['bridge', 'macvlan', 'sriov', 'physical'])('fails for %s in a project with networks of its own', (type) => {
    const result = typeSupported.judge(intent({ type, project: 'test', projectFrom: 'flag' }), facts(ownNetworks()));

    expect(result).toMatchObject({ status: 'fail', fix: `incus network create web --project default --type ${type}` });
    expect(result.detail).toContain('features.networks=true');
  });

  it('names the members on which ovn would not work either', () => {
    const missing = ovn({ ovs: ['node1', 'node2'].map((member) => ({ member, ovs: absent('no br-int') })) });

    const result = typeSupported.judge(intent({ type: 'bridge', project: 'test' }), facts({ ...cluster('node1', 'node2'), ...ownNetworks(), ovn: missing }));

    expect(result).toMatchObject({ status: 'fail', detail: expect.stringContaining('missing on 2 of 2 members: node1 (no br-int), node2 (no br-int)') });
    expect(result.members).toHaveLength(2);
  });

  it('passes for ovn in such a project', () => {
    expect(typeSupported.judge(intent({ type: 'ovn', project: 'test' }), facts(ownNetworks())).status).toBe('pass');
  });

  it('fails for a type that nobody knows, and lists the types', () => {
    const result = typeSupported.judge(intent({ type: 'brigde' }), facts());

    expect(result).toMatchObject({ status: 'fail', detail: 'there is no network type "brigde"' });
    expect(result.fix).toContain('bridge, macvlan, sriov, ovn and physical');
  });

  it.each([null, ''])('does not apply without a type (%j)', (type) => {
    expect(typeSupported.judge(intent({ type }), facts()).status).toBe('not-applicable');
  });

  it('is unknown for a bridge when the project cannot be read', () => {
    expect(typeSupported.judge(intent({ type: 'bridge', project: 'test' }), facts(closedProject())).status).toBe('unknown');
  });
});
