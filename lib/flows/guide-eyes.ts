import * as z from '../zod.js';
import { overlap, parseSubnet } from '../checks/addresses.js';
import { runChecks } from '../checks/run.js';
import type { CheckName } from '../checks/check.js';
import type { Facts } from '../facts/facts.js';
import { CliError } from '../errors.js';
import { gatherFacts } from '../facts/gather.js';
import { isTrue } from '../facts/reading.js';
import { listNetworkNames } from '../incus/networks.js';
import { apiPath } from '../incus/paths.js';
import { Project } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import type { Answers, Around, Eyes } from '../intent/guided.js';
import type { Intent } from '../intent/intent.js';
import type { Config } from '../remotes/config.js';
import { resolveRemote } from '../remotes/resolve.js';
import type { World } from '../world.js';
import { exchangeLogger, surroundings } from './connect.js';
import type { Progress } from './progress.js';
import { watched } from './progress.js';

/** Fixed by the command line; null where it is asked. */
interface Fixed {
  remote: string | null;
  project: string | null;
}

/** What the questions of guide are told: read once per remote and project, and judged by the checks of create. */
export function openEyes(fixed: Fixed, config: Config, { args, progress }: { args: { debug: boolean }; progress: Progress }, world: World): Eyes & { close(): Promise<void> } {
  const servers = new Map<string, IncusServer>();
  const seen = new Map<string, Promise<Around>>();
  const usable = [...config.remotes].filter(([, { protocol, public: isPublic }]) => protocol === 'incus' && !isPublic).map(([name]) => name);
  const remotes = [...usable.filter((name) => name === config.defaultRemote), ...usable.filter((name) => name !== config.defaultRemote)];

  const connect = async (remote: string, project: string | null) => {
    const { endpoint } = await resolveRemote(`${remote}:`, { project }, config, world);
    const server = servers.get(remote) ?? watched(world.connect(endpoint, exchangeLogger(args, world)), progress);
    servers.set(remote, server);
    return { endpoint, server };
  };

  return {
    remotes: fixed.remote === null ? remotes : [fixed.remote],
    async projects(remote) {
      progress.say(`Asking remote "${remote}"`);
      const { server, endpoint } = await connect(remote, null);
      const all = await server.get(apiPath(['1.0', 'projects'], { recursion: '1' }), z.array(Project));
      const list = all.map(({ name, config: own }) => ({ name, hasNetworks: isTrue(own['features.networks']) }));
      if (fixed.project !== null) {
        const chosen = list.filter(({ name }) => name === fixed.project);
        if (chosen.length === 0) throw new CliError(`there is no project "${fixed.project}" on remote "${remote}"`);
        return chosen;
      }
      return [...list.filter(({ name }) => name === endpoint.project), ...list.filter(({ name }) => name !== endpoint.project)];
    },
    around(remote, project) {
      const key = JSON.stringify([remote, project]);
      const before = seen.get(key);
      if (before !== undefined) return before;

      progress.say(`Looking at project "${project}"`);
      const look = connect(remote, project).then(async ({ endpoint, server }) => {
        const facts = await gatherFacts(probe(remote, project), server, await surroundings(endpoint, world));
        return aroundFrom(facts, await namesIn(facts, server), await interfacesOf(facts, server), probe(remote, project));
      });
      seen.set(key, look);
      return look;
    },
    close: async () => void (await Promise.all([...servers.values()].map((server) => server.close()))),
  };
}

/** Of type ovn and with an address, so that all facts are gathered that any of the questions needs. */
function probe(remote: string, project: string): Intent {
  return {
    remote,
    project,
    projectFrom: 'flag',
    network: 'guide-probe',
    type: 'ovn',
    target: null,
    description: '',
    config: { 'ipv4.address': '10.0.0.1/24' },
    droppedYamlKeys: [],
    allMembers: true,
    memberConfig: [],
  };
}

async function namesIn({ effectiveProject }: Facts, server: IncusServer): Promise<Set<string>> {
  const project = effectiveProject.kind === 'known' ? effectiveProject.value : 'default';
  return new Set(await listNetworkNames(server, project).catch(() => []));
}

const Resources = z.object({
  network: z.object({ cards: z.nullish(z.array(z.object({ ports: z.nullish(z.array(z.object({ id: z.string() }))) }))) }),
});

/** The ports of each member's network cards; a member that cannot be asked has none to show. */
async function interfacesOf(facts: Facts, server: IncusServer): Promise<Map<string, string[]>> {
  const members = facts.members.kind === 'known' ? facts.members.value.map(({ server_name: name }) => name) : [''];
  const entries = members.map(async (member): Promise<[string, string[]]> => {
    const answer = await server.get(apiPath(['1.0', 'resources'], { target: member }), Resources, { timeout: 6_000 }).catch(() => null);
    return [member, (answer?.network.cards ?? []).flatMap(({ ports }) => (ports ?? []).map(({ id }) => id))];
  });
  return new Map(await Promise.all(entries));
}

function aroundFrom(facts: Facts, names: ReadonlySet<string>, interfaces: ReadonlyMap<string, string[]>, base: Intent): Around {
  const problemOf = (intent: Intent, checks: readonly CheckName[]): string | null =>
    runChecks(intent, facts, []).find(({ name, status }) => status === 'fail' && checks.includes(name))?.detail ?? null;
  // ovn networks behind NAT may have one subnet twice; nobody wants that proposed.
  const used = [facts.neighbours, facts.ovn?.networks].flatMap((networks) => (networks?.kind === 'known' ? networks.value : [])).flatMap(({ config }) => parseSubnet(config['ipv4.address']) ?? []);
  const isUsed = (address: string): boolean => used.some((subnet) => overlap(subnet, parseSubnet(address) ?? subnet));
  const plain: Intent = { ...base, config: {} };
  const wanted = ({ type, config }: Answers, more: Record<string, string>): Intent => ({ ...plain, type, config: { ...config, ...more } });

  return {
    members: facts.members.kind === 'known' ? facts.members.value.map(({ server_name: name }) => name) : [],
    typeProblem(type) {
      if (problemOf({ ...plain, type }, ['type-supported']) !== null) return `only ovn works in project "${base.project}"`;
      return problemOf({ ...plain, type }, ['project-exists', 'ovn-available', 'members-online']);
    },
    uplinks: (facts.ovn?.uplinks.kind === 'known' ? facts.ovn.uplinks.value : []).map(({ name }) => ({
      name,
      problem: problemOf({ ...plain, config: { network: name } }, ['ovn-uplink']),
    })),
    interfaces: (member) => interfaces.get(member) ?? [],
    nameProblem: (name, type) => (names.has(name) ? `"${name}" is taken` : problemOf({ ...plain, type, network: name }, ['name-valid'])),
    configProblem: (key, value, answers) => problemOf(wanted(answers, { [key]: value }), ['config-values', 'subnet-free']),
    freeSubnet: (answers) => {
      const candidates = Array.from({ length: 200 }, (_, at) => `10.${100 + (at % 100)}.${at < 100 ? 0 : 64}.1/24`);
      return candidates.find((address) => !isUsed(address) && problemOf(wanted(answers, { 'ipv4.address': address, 'ipv4.nat': 'true' }), ['config-values', 'subnet-free', 'ovn-uplink']) === null) ?? null;
    },
  };
}
