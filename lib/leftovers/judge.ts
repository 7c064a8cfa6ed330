import { proofs, remedies, things, uses } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Case, Hold } from './case.js';
import { blockedBy, isExplained, unexplained } from './case.js';
import type { HostFacts } from './facts.js';
import type { Leftover } from './finding.js';
import { judgeFirewall } from './judge-firewall.js';
import { judgeFolders } from './judge-folders.js';
import { judgeMounts } from './judge-mounts.js';
import { bridgeProof, isOwnPort, ownDnsmasqs, useOf } from './proof.js';
import type { Records } from './records.js';

/**
 * What Incus left on this machine, in the order in which it is removed. The interface comes before its
 * dnsmasq and its firewall, as in Incus itself (Stop in driver_bridge.go, 6.0.4): they are what proves that
 * it is Incus's, also to a second run after an interrupted first one.
 */
export function leftoversOf(facts: HostFacts, records: Records | null): Leftover[] {
  if (facts.incus.kind === 'stopped') return [];

  const given: Case = { facts, records, hold: holdOf(facts), kept: new Map() };
  const interfaces = judgeInterfaces(given);
  return [...judgeDaemons(given), ...interfaces, ...judgeDnsmasqs(given), ...judgeFirewall(given), ...judgeMounts(given), ...judgeFolders(given)];
}

/** Bridges that look like Incus's while nothing proves it: to be named, never to be removed. */
export function suspectsOf(facts: HostFacts): string[] {
  return facts.interfaces
    .filter((bridge) => bridge.kind === 'bridge' && bridge.macWasSet && bridge.mac.startsWith('10:66:6a:'))
    .filter((bridge) => bridgeProof(bridge, facts) === null)
    .map(({ name, mac }) => proofs.suspect(name, mac));
}

/** Instances outlive their daemon; without it nobody else knows what of this they use. */
function holdOf({ incus, instances: [instance] }: HostFacts): Hold | null {
  if (incus.kind !== 'gone' || instance === undefined) return null;
  return {
    reason: uses.instanceRuns(instance.name, instance.pid),
    remedy: remedies.stopInstance(instance.name, instance.pid),
  };
}

function judgeDaemons({ facts, hold }: Case): Leftover[] {
  return facts.orphanDaemons.map(({ pid, started }) => ({
    key: `daemon ${pid} ${started}`,
    kind: 'daemon',
    network: '',
    what: things.daemon(pid),
    evidence: proofs.daemon,
    commands: [['kill', String(pid)]],
    ...blockedBy(hold, null, ''),
  }));
}

function judgeInterfaces({ facts, records, hold, kept }: Case): Leftover[] {
  return facts.interfaces.flatMap((bridge): Leftover[] => {
    const { name, index, kind, addresses } = bridge;
    const proof = bridgeProof(bridge, facts);
    if (proof === null || isExplained(name, records)) return [];

    const taken = addresses.find((address) => records?.addresses.has(address));
    const use = useOf(bridge, facts) ?? (taken === undefined ? null : uses.hasAddress(taken));
    if (use !== null) kept.set(name, use);

    const ports = facts.interfaces.filter((port) => port.master === name && isOwnPort(port, bridge));
    const removal = kind === 'openvswitch' ? ['ovs-vsctl', '--if-exists', 'del-br', name] : ['ip', 'link', 'delete', 'dev', name];
    const commands = [...ports.map((port) => ['ip', 'link', 'delete', 'dev', port.name]), removal];
    return [
      {
        key: `interface ${name} ${index}`,
        kind: 'orphan-interface',
        network: name,
        what: things.bridge(name),
        evidence: `${proof}${unexplained(facts)}`,
        commands,
        ...blockedBy(hold, use, remedies.free(shellLine(removal))),
      },
    ];
  });
}

function judgeDnsmasqs({ facts, records, hold, kept }: Case): Leftover[] {
  return ownDnsmasqs(facts)
    .filter((dnsmasq) => !isExplained(dnsmasq.interface, records))
    .map((dnsmasq) => {
      const { pid, started, interface: name } = dnsmasq;
      const served = facts.interfaces.find((candidate) => candidate.name === name);
      const use = kept.get(name) ?? (served === undefined ? null : useOf(served, facts));
      return {
        key: `dnsmasq ${pid} ${started}`,
        kind: 'orphan-dnsmasq' as const,
        network: name,
        what: things.dnsmasq(name, pid),
        evidence: `${proofs.startedWith(`${facts.place.folder}/networks/${name}/dnsmasq.raw`)}${unexplained(facts)}`,
        commands: [['kill', String(pid)]],
        ...blockedBy(hold, use === null ? null : uses.interfaceStays(name, use), remedies.freeInterface(name, `kill ${pid}`)),
      };
    });
}
