import { describe, expect, it } from '@jest/globals';
import { typeDefault } from '../../lib/checks/type-default.js';
import { absent } from '../../lib/facts/facts.js';
import { closedProject, facts, intent, ovn, ownNetworks, sharedNetworks } from './builders.js';

const inTest = intent({ project: 'test', projectFrom: 'flag' });

describe('type-default', () => {
  it('fails where the type would be ovn and Open vSwitch is missing', () => {
    const without = ovn({ ovs: [{ member: 'host1', ovs: absent('no br-int') }] });

    const result = typeDefault.judge(inTest, facts({ ...ownNetworks(), ovn: without }));

    expect(result).toEqual({
      status: 'fail',
      detail: 'no --type was given, and project "test" has features.networks=true, so the type would be "ovn", not "bridge"',
      fix: 'incus network create web --project default --type bridge',
    });
  });

  it('warns where the type would be ovn and OVN is there', () => {
    const result = typeDefault.judge(inTest, facts({ ...ownNetworks(), ovn: ovn() }));

    expect(result).toMatchObject({ status: 'warn', fix: 'incus network create web --project test --type ovn' });
  });

  it.each([
    ['project default', facts()],
    ['a project that shares the networks of default', facts(sharedNetworks())],
  ])('passes in %s, where the type is bridge', (_, learned) => {
    expect(typeDefault.judge(inTest, learned)).toMatchObject({ status: 'pass', detail: expect.stringContaining('"bridge"') });
  });

  it('does not apply when a type was given', () => {
    expect(typeDefault.judge(intent({ type: 'ovn' }), facts(ownNetworks())).status).toBe('not-applicable');
  });

  it('fails when the project cannot be read: the type may be ovn, without any proof of OVN', () => {
    expect(typeDefault.judge(inTest, facts(closedProject()))).toMatchObject({
      status: 'fail',
      fix: 'incus network create web --project test --type bridge',
    });
  });
});
