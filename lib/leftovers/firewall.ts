import * as z from '../zod.js';
import type { IptablesRules, NftTable } from './facts.js';
import type { Machine } from './machine.js';
import { NOT_FOUND } from './machine.js';

/** The name of Incus's tables, in every family (nftablesNamespace in drivers_nftables.go, 6.0.4 and 7.0.1). */
const TABLE = 'incus';

const Ruleset = z.object({
  nftables: z.array(
    z.object({
      table: z.optional(z.object({ family: z.string(), name: z.string() })),
      chain: z.optional(z.object({ family: z.string(), table: z.string(), name: z.string() })),
      rule: z.optional(z.object({ family: z.string(), table: z.string(), chain: z.string(), expr: z.optional(z.array(z.unknown())) })),
    }),
  ),
});

const Match = z.object({
  match: z.object({ left: z.object({ meta: z.object({ key: z.enum(['iifname', 'oifname']) }) }), right: z.string() }),
});

/** Incus's tables of nftables; empty on a machine without nft. */
export async function readNft(machine: Machine): Promise<Seen<NftTable>> {
  const { stdout, unseen } = await output(['nft', '--json', '-nn', 'list', 'ruleset'], machine);
  return { found: stdout === null ? [] : tablesIn(stdout), unseen };
}

/** What was found, and what could not be looked at. */
export interface Seen<T> {
  found: T[];
  unseen: string[];
}

/** Null where the program is not there, or failed; only the second hides something. */
async function output(argv: string[], machine: Machine): Promise<{ stdout: string | null; unseen: string[] }> {
  const { status, stdout, stderr } = await machine.run(argv);
  if (status === 0) return { stdout, unseen: [] };
  return { stdout: null, unseen: status === NOT_FOUND ? [] : [`${argv.join(' ')}: ${stderr.trim()}`] };
}

export function tablesIn(json: string): NftTable[] {
  const { nftables: items } = Ruleset.parse(JSON.parse(json));
  const rules = items.flatMap(({ rule }) => (rule?.table === TABLE ? [rule] : []));
  const chains = items.flatMap(({ chain }) => (chain?.table === TABLE ? [chain] : []));

  return items.flatMap(({ table }) => {
    if (table?.name !== TABLE) return [];
    const { family } = table;
    const ofFamily = chains.filter((chain) => chain.family === family);
    const interfacesOf = (chain: string): string[] =>
      rules.filter((rule) => rule.family === family && rule.chain === chain).flatMap(({ expr = [] }) => expr.flatMap(interfaceIn));
    return [{ family, chains: ofFamily.map(({ name }) => ({ name, interfaces: [...new Set(interfacesOf(name))] })) }];
  });
}

function interfaceIn(expression: unknown): string[] {
  const match = Match.safeParse(expression);
  return match.success ? [match.data.match.right] : [];
}

/** Rules and chains of Incus in iptables and ip6tables: the xtables driver, which 7.0 no longer has. */
export async function readIptables(machine: Machine): Promise<Seen<IptablesRules>> {
  const programs = ['iptables', 'ip6tables'] as const;
  const read = programs.map(async (program) => ({ program, ...(await output([`${program}-save`], machine)) }));
  const all = await Promise.all(read);
  const found = all.map(({ program, stdout }) => ({ program, ...rulesIn(stdout ?? '') }));
  return { found: found.filter(({ rules, chains }) => rules.length + chains.length > 0), unseen: all.flatMap(({ unseen }) => unseen) };
}

// drivers_xtables.go, 6.0.4: iptablesCommentPrefix, networkIPTablesComment, networkForwardIPTablesComment and the chains' prefixes.
const COMMENT = /^generated for Incus network(?:-forward)? (\S+)$/;
const CHAIN = /^:(incus_(?:nic|acl)_(\S+)) /;

export function rulesIn(saved: string): Pick<IptablesRules, 'rules' | 'chains'> {
  const found: Pick<IptablesRules, 'rules' | 'chains'> = { rules: [], chains: [] };
  let table = '';
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const chain = CHAIN.exec(line);
    if (chain !== null) found.chains.push({ table, name: chain[1] ?? '', network: chain[2] ?? '' });
    if (!line.startsWith('-A ')) continue;

    const argv = words(line);
    const network = COMMENT.exec(argv[argv.indexOf('--comment') + 1] ?? '')?.[1];
    if (network !== undefined) found.rules.push({ table, network, argv: argv.slice(1) });
  }
  return found;
}

/** The words of a saved rule; only comments have quotes and backslashes (xtables_save_string of libxtables). */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1')));
}
