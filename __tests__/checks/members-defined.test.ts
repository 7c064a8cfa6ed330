import { describe, expect, it } from '@jest/globals';
import { membersDefined } from '../../lib/checks/members-defined.js';
import { absent, unreadable } from '../../lib/facts/facts.js';
import type { Intent } from '../../lib/intent/intent.js';
import { closedCluster, closedProject, cluster, facts, intent, ovn, ownNetworks, record, server } from './builders.js';

const two = cluster('node1', 'node2');
const judge = (said: Partial<Intent>, learned: Parameters<typeof facts>[0] = {}) => membersDefined.judge(intent(said), facts({ ...two, ...learned }));
const pending = (...locations: string[]) => ({ record: record({ status: 'Pending', locations }) });

describe('members-defined', () => {
  it('fails when nothing is defined, with the lines that would work', () => {
    const result = judge({ remote: 'lab', type: 'bridge' });

    expect(result).toMatchObject({ status: 'fail', detail: 'the network is not defined yet on 2 of 2 members: node1, node2' });
    expect(result.fix?.split('\n')).toEqual([
      'incus-safenet create lab:web --type bridge --all-members',
      'or, step by step:',
      'incus network create lab:web --target node1 --type bridge',
      'incus network create lab:web --target node2 --type bridge',
      'incus network create lab:web --type bridge',
    ]);
  });

  it('keeps member-specific keys with the definitions and the rest with the create', () => {
    const result = judge({ description: 'the web', config: { 'ipv4.address': '10.0.0.1/24', 'bridge.external_interfaces': 'eth1' } }, pending('node1'));

    expect(result.fix?.split('\n')).toEqual([
      "incus-safenet create web --description 'the web' ipv4.address=10.0.0.1/24 bridge.external_interfaces=eth1 --all-members",
      'or, step by step:',
      "incus network create web --target node2 --description 'the web' bridge.external_interfaces=eth1",
      "incus network create web --description 'the web' ipv4.address=10.0.0.1/24",
    ]);
  });

  it('says of each member whether it has a definition', () => {
    expect(judge({}, pending('node2')).members).toEqual([
      { name: 'node1', status: 'fail', evidence: 'not defined' },
      { name: 'node2', status: 'pass', evidence: 'defined' },
    ]);
  });

  it.each([
    ['every member has a definition', {}, pending('node2', 'node1')],
    ['a failed create is retried', {}, { record: record({ status: 'Errored' }) }],
    ['--all-members will define it', { allMembers: true }, {}],
    ['this is the definition', { target: 'node1' }, {}],
  ])('passes when %s', (_, said, learned) => {
    expect(judge(said, learned).status).toBe('pass');
  });

  it.each<[string, Partial<Intent>, string]>([
    ['--target', { target: 'node9' }, 'node9'],
    ['--member-config', { memberConfig: [{ member: 'node8', key: 'parent', value: 'eth0' }], allMembers: true }, 'node8'],
  ])('fails when %s names a stranger', (_, said, name) => {
    expect(judge(said)).toMatchObject({ status: 'fail', detail: `no cluster member "${name}"; the members are node1 and node2` });
  });

  it('fails for config of a member whose definition is there already, and would not take it', () => {
    const memberConfig = [{ member: 'node1', key: 'parent', value: 'eth0' }];

    expect(judge({ allMembers: true, memberConfig }, pending('node1'))).toMatchObject({
      status: 'fail',
      detail: 'the network is defined already on node1, so that parent for node1 would be dropped',
    });
    expect(judge({ allMembers: true, memberConfig }, pending('node2')).status).toBe('pass');
  });

  it('warns that a member-specific key changes nothing where the network is defined already', () => {
    expect(judge({ allMembers: true, config: { 'bridge.external_interfaces': 'eth1' } }, pending('node1'))).toMatchObject({ status: 'warn' });
    expect(judge({ allMembers: true, config: { 'ipv4.nat': 'true' } }, pending('node1')).status).toBe('pass');
  });

  it('fails for a description with --target where the server takes it with the create only', () => {
    const incus7 = { server: server({ clustered: true, extensions: ['network_bridge_bgp_instances'] }) };

    expect(judge({ target: 'node1', description: 'the web' }, incus7)).toMatchObject({ status: 'fail', fix: 'incus network create web --target node1' });
    expect(judge({ target: 'node1', description: 'the web' }).status).toBe('pass');
    expect(judge({ description: 'the web' }, incus7).fix?.split('\n').slice(2)).toEqual([
      'incus network create web --target node1',
      'incus network create web --target node2',
      "incus network create web --description 'the web'",
    ]);
  });

  it('fails for --target on a server that is not clustered', () => {
    expect(membersDefined.judge(intent({ target: 'node1' }), facts())).toMatchObject({ status: 'fail', fix: 'incus network create web' });
  });

  it('fails for --target of an ovn network', () => {
    expect(judge({ type: 'ovn', target: 'node1' }, { ovn: ovn() })).toMatchObject({ status: 'fail', fix: 'incus network create web --type ovn' });
  });

  it.each([
    ['an ovn network, which the server defines itself', { type: 'ovn' }, {}],
    ['a cluster of one member, which creates at once', {}, cluster('node1')],
    ['a name that is taken', {}, { record: record({ status: 'Created' }) }],
  ])('does not apply to %s', (_, said, learned) => {
    expect(judge(said, learned).status).toBe('not-applicable');
  });

  it('does not apply to a server that is not clustered', () => {
    expect(membersDefined.judge(intent(), facts()).status).toBe('not-applicable');
  });

  it('fails when --all-members is given and the members cannot be read', () => {
    expect(judge({ allMembers: true }, closedCluster())).toMatchObject({ status: 'fail', fix: 'incus cluster list' });
  });

  it.each<[string, Partial<Intent>, Parameters<typeof facts>[0]]>([
    ['the members cannot be read', {}, closedCluster()],
    ['some definitions are there and the members cannot be read', {}, { ...closedCluster(), ...pending('node1') }],
    ['--target names a member and the members cannot be read', { target: 'node1' }, closedCluster()],
    ['the record cannot be read', {}, { record: unreadable('not authorized') }],
  ])('is unknown when %s', (_, said, learned) => {
    expect(judge(said, learned)).toMatchObject({ status: 'unknown', fix: expect.any(String) });
  });

  it('does not apply to a type that its project does not take', () => {
    expect(judge({ type: 'bridge', project: 'test' }, ownNetworks())).toMatchObject({ status: 'not-applicable', detail: 'no network but an ovn one can be in project "test" (type-supported)' });
  });

  it('does not apply to a type that nobody knows', () => {
    expect(judge({ type: 'foo' }, closedProject()).status).toBe('not-applicable');
  });

  it('is unknown where there is no such project, and fails where it cannot be read: it may be a bridge', () => {
    const nowhere = { project: absent('not found'), effectiveProject: absent('not found') };

    expect(judge({}, nowhere).status).toBe('unknown');
    expect(judge({}, closedProject()).status).toBe('fail');
  });
});
