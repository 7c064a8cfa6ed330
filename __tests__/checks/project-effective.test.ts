import { describe, expect, it } from '@jest/globals';
import { projectEffective } from '../../lib/checks/project-effective.js';
import { closedProject, cluster, facts, intent, ownNetworks, record, sharedNetworks } from './builders.js';

const flagged = intent({ project: 'test', projectFrom: 'flag', config: { 'ipv4.nat': 'true' } });

describe('project-effective', () => {
  it('warns that the network lands in default when the project has no networks of its own', () => {
    const result = projectEffective.judge(flagged, facts(sharedNetworks()));

    expect(result).toMatchObject({ status: 'warn', fix: 'incus network create web --project default ipv4.nat=true' });
    expect(result.detail).toContain('features.networks=false');
  });

  it('proposes the create on all members in a cluster', () => {
    const clustered = facts({ ...sharedNetworks(), ...cluster('node1', 'node2') });

    expect(projectEffective.judge(flagged, clustered).fix).toBe('incus-safenet create web --project default ipv4.nat=true --all-members');
  });

  it('proposes what was said for single members as well', () => {
    const perMember = intent({ project: 'test', projectFrom: 'flag', type: 'physical', allMembers: true, memberConfig: [{ member: 'node1', key: 'parent', value: 'eth1' }] });
    const clustered = facts({ ...sharedNetworks(), ...cluster('node1', 'node2') });

    expect(projectEffective.judge(perMember, clustered).fix).toBe(
      'incus-safenet create web --project default --type physical --all-members --member-config node1:parent=eth1',
    );
  });

  it.each([
    ['defined on every member already', flagged, { record: record({ status: 'Pending', locations: ['node1', 'node2'] }) }],
    ['a definition on one member', intent({ ...flagged, target: 'node1' }), {}],
    ['a network that the server defines by itself', intent({ ...flagged, type: 'ovn' }), {}],
  ])('proposes the native create in a cluster for %s', (_, wanted, learned) => {
    const clustered = facts({ ...sharedNetworks(), ...cluster('node1', 'node2'), ...learned });

    expect(projectEffective.judge(wanted, clustered).fix).toMatch(/^incus network create web --project default /);
  });

  it('passes for a project with networks of its own', () => {
    expect(projectEffective.judge(flagged, facts(ownNetworks())).status).toBe('pass');
  });

  it('passes for --project default', () => {
    expect(projectEffective.judge(intent({ projectFrom: 'flag' }), facts()).status).toBe('pass');
  });

  it.each(['environment', 'remote', 'user-socket', 'default'] as const)('does not apply to a project that comes from: %s', (projectFrom) => {
    expect(projectEffective.judge(intent({ project: 'test', projectFrom }), facts(sharedNetworks())).status).toBe('not-applicable');
  });

  it('is unknown when the project cannot be read', () => {
    expect(projectEffective.judge(flagged, facts(closedProject()))).toMatchObject({ status: 'unknown', fix: 'incus project list' });
  });
});
