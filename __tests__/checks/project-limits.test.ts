import { describe, expect, it } from '@jest/globals';
import { projectLimits } from '../../lib/checks/project-limits.js';
import { known, unreadable } from '../../lib/facts/facts.js';
import { closedProject, facts, intent, ownNetworks, record, server, sharedNetworks } from './builders.js';

const inTest = intent({ project: 'test', remote: 'lab' });
const limit2 = ownNetworks({ 'limits.networks': '2' });

describe('project-limits', () => {
  it.each([
    [1, 'pass'],
    [2, 'fail'],
    [3, 'fail'],
  ])('with limits.networks=2 and %d networks: %s', (count, status) => {
    expect(projectLimits.judge(inTest, facts({ ...limit2, networkCount: known(count) })).status).toBe(status);
  });

  it('shows how the limit can be raised', () => {
    const result = projectLimits.judge(inTest, facts({ ...limit2, networkCount: known(2) }));

    expect(result.fix).toBe('incus project set lab:test limits.networks=3');
  });

  it('lets a name through that is counted already', () => {
    const full = facts({ ...limit2, networkCount: known(2), record: record({ status: 'Pending' }) });

    expect(projectLimits.judge(inTest, full).status).toBe('pass');
  });

  it('does not count where the network lands in default', () => {
    const shared = facts({ ...sharedNetworks({ 'limits.networks': '0' }), networkCount: known(5) });

    expect(projectLimits.judge(inTest, shared).status).toBe('not-applicable');
  });

  it('is unknown when the networks cannot be counted', () => {
    const result = projectLimits.judge(inTest, facts({ ...limit2, networkCount: unreadable('not authorized') }));

    expect(result).toMatchObject({ status: 'unknown', fix: 'incus project show lab:test' });
  });

  it('is unknown when the project cannot be read', () => {
    expect(projectLimits.judge(inTest, facts(closedProject())).status).toBe('unknown');
  });

  it.each([
    [{ restricted: 'true', 'restricted.networks.access': 'db, web' }, 'pass'],
    [{ restricted: 'true', 'restricted.networks.access': 'db' }, 'fail'],
    [{ restricted: 'false', 'restricted.networks.access': 'db' }, 'pass'],
    [{ restricted: 'on', 'restricted.devices.nic': 'block' }, 'fail'],
    [{ restricted: 'true', 'restricted.devices.nic': 'managed' }, 'pass'],
    [{}, 'pass'],
  ] as [Record<string, string>, string][])('with %j: %s', (config, status) => {
    expect(projectLimits.judge(inTest, facts(ownNetworks(config))).status).toBe(status);
  });

  it('leaves the names of own networks to Incus 7, which may not count them', () => {
    const config = { restricted: 'true', 'restricted.networks.access': 'db' };
    const incus7 = { server: server({ extensions: ['network_bridge_bgp_instances'] }) };

    expect(projectLimits.judge(inTest, facts({ ...ownNetworks(config), ...incus7 })).status).toBe('pass');
    expect(projectLimits.judge(inTest, facts({ ...sharedNetworks(config), ...incus7 })).status).toBe('fail');
  });

  it('asks the restrictions of the project that was named, even where the network lands in default', () => {
    const result = projectLimits.judge(inTest, facts(sharedNetworks({ restricted: 'true', 'restricted.networks.access': 'db' })));

    expect(result).toMatchObject({ status: 'fail', fix: 'incus project set lab:test restricted.networks.access=db,web' });
  });
});
