import { describe, expect, it } from '@jest/globals';
import { known } from '../../lib/facts/facts.js';
import type { Facts } from '../../lib/facts/facts.js';
import type { Intent } from '../../lib/intent/intent.js';
import { plan } from '../../lib/verdict/plan.js';
import { cluster, intent, ownNetworks, facts, record, server } from '../checks/builders.js';

const three = cluster('node1', 'node2', 'node3');
const incus7 = { server: { ...three.server, extensions: ['network_bridge_bgp_instances', 'network_address_set'] } };

/** Steps in short: where to, the keys, the description. */
function steps(said: Partial<Intent>, learned: Partial<Facts> = {}): unknown[] {
  return plan(intent(said), facts(learned)).steps.map(({ member, request: { body } }) => [member ?? 'all', body.config, body.description]);
}

describe('plan', () => {
  it('is the native request where there is nothing else to do', () => {
    expect(plan(intent({ config: { 'ipv4.nat': 'true' }, description: 'the web', project: 'a b' }), facts())).toEqual({
      steps: [
        {
          kind: 'create-network',
          request: { method: 'POST', path: '/1.0/networks?project=a+b', body: { config: { 'ipv4.nat': 'true' }, description: 'the web', name: 'web', type: '' } },
        },
      ],
    });
  });

  it('defines on one member with --target, and does no more', () => {
    expect(steps({ target: 'node2', config: { parent: 'eth0' } }, three)).toEqual([['node2', { parent: 'eth0' }, '']]);
  });

  describe('with --all-members', () => {
    const all = { allMembers: true };

    it('defines on every member, then creates', () => {
      expect(steps({ ...all, config: { 'ipv4.nat': 'true' } }, three)).toEqual([
        ['node1', {}, ''],
        ['node2', {}, ''],
        ['node3', {}, ''],
        ['all', { 'ipv4.nat': 'true' }, ''],
      ]);
    });

    it('gives a member-specific key to every member, and lets --member-config make exceptions', () => {
      const memberConfig = [{ member: 'node2', key: 'parent', value: 'eno2' }];

      expect(steps({ ...all, type: 'macvlan', config: { parent: 'eth0', mtu: '1500' }, memberConfig }, three)).toEqual([
        ['node1', { parent: 'eth0' }, ''],
        ['node2', { parent: 'eno2' }, ''],
        ['node3', { parent: 'eth0' }, ''],
        ['all', { mtu: '1500' }, ''],
      ]);
    });

    it("goes by the server's metadata where there is any", () => {
      const configKeys = known([{ key: 'rack.NAME.slot', memberSpecific: true }]);

      expect(steps({ ...all, config: { 'rack.a.slot': '3', 'rack.a.b.slot': '4' } }, { ...cluster('node1', 'node2'), configKeys }).at(-1)).toEqual(['all', { 'rack.a.b.slot': '4' }, '']);
    });

    it('uses the definitions that are there', () => {
      const learned = { ...three, record: record({ status: 'Pending', locations: ['node2'] }) };

      expect(steps(all, learned).map((step) => (step as [string])[0])).toEqual(['node1', 'node3', 'all']);
    });

    it('only creates where every definition is there, and where a failed create is tried again', () => {
      const locations = ['node1', 'node2', 'node3'];

      expect(steps(all, { ...three, record: record({ status: 'Pending', locations }) })).toEqual([['all', {}, '']]);
      expect(steps(all, { ...three, record: record({ status: 'Errored', locations }) })).toEqual([['all', {}, '']]);
    });

    it('needs no definition in a cluster of one member, and none for ovn', () => {
      const memberConfig = [{ member: 'node1', key: 'parent', value: 'eno1' }];

      expect(steps({ ...all, config: { mtu: '1500' }, memberConfig }, cluster('node1'))).toEqual([['all', { mtu: '1500', parent: 'eno1' }, '']]);
      expect(steps(all, { ...three, ...ownNetworks() })).toEqual([['all', {}, '']]);
    });

    it('finishes the definition of a cluster of one member', () => {
      expect(steps(all, { ...cluster('node1'), record: record({ status: 'Pending', locations: ['node1'] }) })).toEqual([['all', {}, '']]);
    });

    it('is nothing special on a server that is not clustered', () => {
      expect(steps(all, { server: server() })).toEqual([['all', {}, '']]);
    });

    it('says the description where the server keeps it: in the definitions on 6.0, in the create on 7', () => {
      const said = { ...all, description: 'the web' };

      expect(steps(said, three).map((step) => (step as string[])[2])).toEqual(['the web', 'the web', 'the web', 'the web']);
      expect(steps(said, { ...three, ...incus7 }).map((step) => (step as string[])[2])).toEqual(['', '', '', 'the web']);
    });
  });
});
