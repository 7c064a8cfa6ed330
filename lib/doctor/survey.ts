import * as z from '../zod.js';
import { CliError } from '../errors.js';
import type { Fact, OvnFacts, ProjectFact, ServerFact } from '../facts/facts.js';
import { absent, known, unreadable } from '../facts/facts.js';
import { toProject, toServer } from '../facts/gather.js';
import { probeOvn } from '../facts/ovn.js';
import type { Surroundings } from '../facts/reading.js';
import { read } from '../facts/reading.js';
import type { NetworkKey } from '../incus/networks.js';
import { apiPath, nameInUrl, networksPath } from '../incus/paths.js';
import { ClusterMember, Network, Project, Server } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { evidence } from '../words/evidence.js';
import { unseen } from '../words/findings.js';
import { SIDE_BY_SIDE, inParallel } from './parallel.js';
import type { UnfinishedRow } from './unfinished-rows.js';
import { readUnfinishedRows } from './unfinished-rows.js';

/** A project, and what stands in it. */
export interface SurveyedProject extends ProjectFact {
  /** URLs of everything in the project: hidden records as well. */
  usedBy: string[];
}

/** One pass over a server, or over one of its projects. */
export interface Survey {
  server: ServerFact;
  /** The connection may see some projects only. */
  isRestricted: boolean;
  /** `absent` on a server that is not clustered. */
  members: Fact<ClusterMember[]>;
  projects: SurveyedProject[];
  /** Managed networks that the server could load. */
  networks: (Network & NetworkKey)[];
  /** Rows that are not Created everywhere; unreadable where the connection may not use the database. */
  rows: Fact<UnfinishedRow[]>;
  /** Null where no project has networks of its own. */
  ovn: OvnFacts | null;
}

/**
 * Reads the whole server in five requests, however many projects it has, and one more per cluster member.
 * @param project only this one; null: all that the connection may see
 * @throws CliError the server cannot be read
 */
export async function survey(server: IncusServer, around: Surroundings, project: string | null): Promise<Survey> {
  const [info, memberAnswer, projects, rows, list] = await Promise.all([
    server.get('/1.0', AskedServer),
    read(() => server.get(apiPath(['1.0', 'cluster', 'members'], { recursion: '1' }), z.array(ClusterMember))),
    readProjects(server, project),
    read(() => readUnfinishedRows(server)),
    // By far the longest of them, so it does not wait for what the others say.
    readNetworks(server, project === null ? { 'all-projects': 'true' } : { project }),
  ]);
  const serverFact = toServer(info, around);
  const members = serverFact.clustered ? memberAnswer : absent(evidence.notClustered);
  const hasOwnNetworks = projects.some(({ name, hasNetworks }) => hasNetworks && name !== 'default');
  const isWhole = project !== null || serverFact.extensions.includes('networks_all_projects');

  const [networks, probe] = await Promise.all([
    isWhole ? list : readEachProject(server, projects),
    hasOwnNetworks ? probeOvn(serverFact, members, server, around) : null,
  ]);
  const names = new Set(projects.map(({ name }) => name));
  return {
    server: serverFact,
    isRestricted: isRestricted(info, project === null ? projects : null),
    members,
    projects,
    networks,
    rows: rows.kind === 'known' ? known(rows.value.filter((row) => names.has(row.project))) : rows,
    ovn: probe === null ? null : probe.judge({ inDefault: known(networks), inProject: unreadable(evidence.notAsked) }),
  };
}

const AskedServer = z.extend(Server, { auth_user_method: z.optional(z.string()) });

/**
 * Those who may not see all of a server are shown no configuration (api10Get, cmd/incusd/api_1.0.go, 6.0.4), where a server
 * that is reached over HTTPS has its own address at least. The socket shows everything; the project `default` is on every server.
 */
function isRestricted({ config, auth_user_method: method }: z.infer<typeof AskedServer>, all: SurveyedProject[] | null): boolean {
  const isWithoutConfig = Object.keys(config ?? {}).length === 0 && method !== 'unix';
  return isWithoutConfig || (all !== null && !all.some(({ name }) => name === 'default'));
}

async function readProjects(server: IncusServer, only: string | null): Promise<SurveyedProject[]> {
  const projects =
    only === null
      ? await server.get(apiPath(['1.0', 'projects'], { recursion: '1' }), z.array(Project))
      : [await server.get(apiPath(['1.0', 'projects', only]), Project)];
  if (projects.length === 0) throw new CliError(unseen.everything);

  const surveyed = projects.map((one) => ({ ...toProject(one), usedBy: one.used_by ?? [] }));
  const [first] = surveyed;
  // Its networks are those of `default`.
  return only !== null && first && !first.hasNetworks ? [first, ...(await readProjects(server, 'default'))] : surveyed;
}

async function readNetworks(server: IncusServer, which: { project: string } | { 'all-projects': 'true' }): Promise<Survey['networks']> {
  const list = await server.get(networksPath({ ...which, recursion: '1' }), z.array(Network), { timeout: LONG_LIST });
  return list.flatMap((network) => {
    const project = network.project ?? ('project' in which ? which.project : 'default');
    return network.managed ? [{ ...network, project, network: network.name }] : [];
  });
}

/** For servers that do not know `all-projects`: they take the question for one about `default`. */
async function readEachProject(server: IncusServer, projects: SurveyedProject[]): Promise<Survey['networks']> {
  const lists = await inParallel(
    projects.filter(({ hasNetworks }) => hasNetworks),
    SIDE_BY_SIDE,
    ({ name }) => readNetworks(server, { project: name }),
  );
  return lists.flat();
}

/** Milliseconds for a list in which the server loads every network; one that waits for OVN takes its time. */
const LONG_LIST = 300_000;

/** Names of the records in a project, hidden ones included (projectUsedBy, cmd/incusd/api_project.go, 6.0.4: the rows are listed, nothing is loaded). */
export function recordNames({ usedBy }: SurveyedProject): string[] {
  return usedBy.filter((url) => url.startsWith('/1.0/networks/')).map(nameInUrl);
}
