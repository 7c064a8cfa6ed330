import { describe, expect, it } from '@jest/globals';
import { projectEffective } from '../../lib/checks/project-effective.js';
import { closedProject, facts, intent, ownNetworks, sharedNetworks } from './builders.js';

const flagged = intent({ project: 'test', projectFrom: 'flag', config: { 'ipv4.nat': 'true' } });

describe('project-effective', () => {
  it('warns that the network lands in default when the project has no networks of its own', () => {
    const result = projectEffective.judge(flagged, facts(sharedNetworks()));

    expect(result).toMatchObject({ status: 'warn', fix: 'incus network create web --project default ipv4.nat=true' });
    expect(result.detail).toContain('features.networks=false');
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
