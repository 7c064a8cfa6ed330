import { describe, expect, it } from '@jest/globals';
import { nameValid } from '../../lib/checks/name-valid.js';
import { closedProject, facts, intent, server } from './builders.js';

const incus7 = { server: server({ extensions: ['network_address_set', 'network_bridge_bgp_instances'] }) };

describe('name-valid', () => {
  it.each(['br', 'br-0_a.b', 'fifteen-letters', '-x', '10'])('accepts %j for a bridge', (network) => {
    expect(nameValid.judge(intent({ network }), facts()).status).toBe('pass');
  });

  it.each(['', 'b', '..', 'sixteen-letters-', 'br 0', 'brücke', 'none', 'a/b', 'a:b', 'a?b', 'a&b', 'a+b', 'a%b'])('rejects %j for a bridge', (network) => {
    expect(nameValid.judge(intent({ network }), facts())).toMatchObject({ status: 'fail', fix: expect.stringContaining('2 to 15') });
  });

  it.each(['macvlan', 'sriov', 'physical', 'ovn'])('lets a %s network have a name that no interface could have', (type) => {
    expect(nameValid.judge(intent({ type, network: 'UPLINK of the whole house' }), facts()).status).toBe('pass');
  });

  it.each(['none', 'a/b', 'a:b', 'a?b', 'a&b', 'a+b'])('rejects %j for every type', (network) => {
    expect(nameValid.judge(intent({ type: 'ovn', network }), facts()).status).toBe('fail');
  });

  it.each(['UP LINK', 'x'.repeat(65), '-up', 'up-', 'u$p', 'u*p', "u'p"])('rejects %j on Incus 7', (network) => {
    expect(nameValid.judge(intent({ type: 'physical', network }), facts(incus7)).status).toBe('fail');
    expect(nameValid.judge(intent({ type: 'physical', network }), facts()).status).toBe('pass');
  });

  it('accepts a name of 64 characters on Incus 7', () => {
    expect(nameValid.judge(intent({ type: 'ovn', network: 'x'.repeat(64) }), facts(incus7)).status).toBe('pass');
  });

  it('leaves the rules of an unknown type to type-supported', () => {
    expect(nameValid.judge(intent({ type: 'vxlan', network: 'a-rather-long-name' }), facts()).status).toBe('pass');
  });

  it('is unknown when the type hangs on a project that cannot be read', () => {
    expect(nameValid.judge(intent(), facts(closedProject())).status).toBe('unknown');
  });
});
