import { proofs, remedies, things, uses } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Case } from './case.js';
import { blockedBy, isExplained, unexplained } from './case.js';
import type { HostFacts, IptablesRules, NftTable } from './facts.js';
import type { Leftover } from './finding.js';
import { isClaimed, isIncusChain, networkOfChain, ownDnsmasqs, useOf } from './proof.js';

/** Tables, chains and rules of the firewall; a whole table only where nobody can need a part of it. */
export function judgeFirewall(given: Case): Leftover[] {
  return [...given.facts.nft.flatMap((table) => judgeTable(table, given)), ...given.facts.iptables.flatMap((rules) => judgeIptables(rules, given))];
}

function judgeTable(table: NftTable, given: Case): Leftover[] {
  const { facts, hold } = given;
  const networks = [...new Set(table.chains.flatMap(({ name }) => networkOfChain(name) ?? []))];
  const isWhole =
    facts.incus.kind === 'gone' &&
    facts.otherDaemons.length === 0 &&
    table.chains.every(({ name }) => isIncusChain(name)) &&
    networks.every((network) => !isClaimed(network, facts) && stays(network, given) === null);
  if (!isWhole) return networks.flatMap((network) => judgeChains(network, table, given));

  const { family, chains } = table;
  return [
    {
      key: `table ${family}`,
      kind: 'orphan-firewall',
      network: networks.length === 1 ? (networks[0] ?? '') : '',
      what: things.table(family),
      evidence: proofs.wholeTable(chains.length, networks),
      commands: [['nft', 'delete', 'table', family, 'incus']],
      ...blockedBy(hold, null, ''),
    },
  ];
}

function judgeChains(network: string, { family, chains }: NftTable, given: Case): Leftover[] {
  const { facts, records, hold } = given;
  const own = chains.filter(({ name }) => networkOfChain(name) === network);
  const isNamed = own.some(({ interfaces }) => interfaces.includes(network));
  if (family === 'bridge' || isExplained(network, records) || isOfInstance(network, given)) return [];
  if (isClaimed(network, facts) || !isProven(network, isNamed, facts)) return [];

  // The chains that jump go first: a chain that is jumped to cannot be deleted.
  const names = own.map(({ name }) => name).sort((one, other) => Number(one.startsWith('acl.')) - Number(other.startsWith('acl.')));
  const script = [...names.map((name) => `flush chain ${family} incus ${name}`), ...names.map((name) => `delete chain ${family} incus ${name}`)];
  return [
    {
      key: `chains ${family} ${network}`,
      kind: 'orphan-firewall',
      network,
      what: things.chains(network, family),
      evidence: `${proofs.chains}${unexplained(facts)}`,
      commands: [['nft', script.join('; ')]],
      ...blockedBy(hold, stays(network, given), remedies.freeInterface(network, shellLine(['nft', script.join('; ')]))),
    },
  ];
}

/** Tables are shared by all Incus servers of a machine: beside another one, only our own dnsmasq says that a network was ours. */
function isProven(network: string, isNamed: boolean, facts: HostFacts): boolean {
  if (ownDnsmasqs(facts).some((dnsmasq) => dnsmasq.interface === network)) return true;
  if (facts.otherDaemons.length > 0) return false;
  return isNamed || facts.networkFolders.some(({ name }) => name === network);
}

/** `out.c1.proxy` is a chain of the device "proxy" of the instance "c1" (instanceDeviceLabel, drivers_nftables.go, 6.0.4). */
function isOfInstance(label: string, { records }: Case): boolean {
  return [...(records?.instances ?? [])].some((instance) => label.startsWith(`${instance}.`));
}

function stays(network: string, { facts, kept }: Case): string | null {
  const bridge = facts.interfaces.find(({ name }) => name === network);
  const use = kept.get(network) ?? (bridge === undefined ? null : useOf(bridge, facts));
  return use === null ? null : uses.interfaceStays(network, use);
}

function judgeIptables({ program, rules, chains }: IptablesRules, given: Case): Leftover[] {
  const { facts, records, hold } = given;
  const networks = [...new Set([...rules, ...chains].map(({ network }) => network))];
  return networks.flatMap((network): Leftover[] => {
    const hasServer = ownDnsmasqs(facts).some((dnsmasq) => dnsmasq.interface === network);
    if (isExplained(network, records) || isClaimed(network, facts) || (facts.otherDaemons.length > 0 && !hasServer)) return [];

    const ownRules = rules.filter((rule) => rule.network === network);
    const ownChains = chains.filter((chain) => chain.network === network);
    return [
      {
        key: `${program} ${network}`,
        kind: 'orphan-firewall',
        network,
        what: things.rules(program, network),
        evidence: `${proofs.rules(ownRules.length, network, ownChains.length)}${unexplained(facts)}`,
        commands: [
          ...ownRules.map(({ table, argv }) => [program, '-w', '-t', table, '-D', ...argv]),
          ...ownChains.flatMap(({ table, name }) => [
            [program, '-w', '-t', table, '-F', name],
            [program, '-w', '-t', table, '-X', name],
          ]),
        ],
        ...blockedBy(hold, stays(network, given), remedies.freeAndAgain(network)),
      },
    ];
  });
}
