import { setTimeout as sleep } from 'node:timers/promises';
import * as z from '../zod.js';
import { checkNames } from '../checks/check.js';
import { keys60, keysSince60 } from '../checks/config-schema.js';
import type { ExitCode } from '../errors.js';
import { exitCodes } from '../errors.js';
import { isTrue } from '../facts/reading.js';
import { listNetworkNames } from '../incus/networks.js';
import { apiPath, nameInUrl, networksPath } from '../incus/paths.js';
import { MetadataConfiguration, Network, Project } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import { networkTypes } from '../intent/intent.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import { answerText } from '../shell/answer.js';
import { memberPairs, pairs } from '../shell/pairs.js';
import type { KeyTable } from '../shell/pairs.js';
import { questionOf } from '../shell/question.js';
import type { CompletableCommand, Question, Suggestion, Wanted } from '../shell/question.js';
import type { World } from '../world.js';
import { configOf } from './connect.js';

/** Milliseconds for everything that is asked of a server: a completion that comes later is in the way. */
const PATIENCE = 300;

/** Answers the shell: suggestions for the last of `words`. Says nothing about errors, which would land in the command line. */
export async function complete(program: string, words: readonly string[], commands: readonly CompletableCommand[], world: World): Promise<ExitCode> {
  // Through an alias of Incus the word that is being typed comes first (expandAlias, cmd/incus/main_aliases.go, 6.0.4).
  const [first = '', ...rest] = words;
  const question = questionOf(program, commands, world.env.INCUS_ALIASES === '1' ? [...rest, first] : words);
  world.stdout.write(answerText(question, await suggestions(question, unasked(world)).catch(() => [])));
  return exitCodes.ok;
}

/** The world without its questions: nobody can answer them between two keys. */
function unasked(world: World): World {
  return { ...world, stdin: { ...world.stdin, isTTY: false }, password: () => Promise.reject(new Error('nobody to ask')) };
}

async function suggestions(question: Question, world: World): Promise<Suggestion[]> {
  const { wants } = question;
  if (wants === null) return [];
  if ('words' in wants) return wants.words;

  const words = await answers[wants.kind](question, world);
  return words.map((word) => (typeof word === 'string' ? { word } : word));
}

type Answer = (question: Question, world: World) => Promise<(string | Suggestion)[]>;

const answers: Record<Wanted, Answer> = {
  remotes: (_, world) => remotes(world),
  projects: (question, world) => ask(question, world, (server) => names(server, '/1.0/projects')),
  members: (question, world) => ask(question, world, (server) => names(server, '/1.0/cluster/members')),
  types: async () => [...networkTypes],
  checks: async () => [...checkNames],
  'check-list': async ({ fragment }) => {
    const done = fragment.slice(0, fragment.lastIndexOf(',') + 1);
    return ['all', ...checkNames].filter((name) => !done.split(',').includes(name)).map((name) => `${done}${name}`);
  },
  transactions: async (_, world) => (await world.journal.read()).entries.map(({ id, network, project }) => ({ word: id, describe: `${network} in ${project}` })),
  'remote-networks': async (question, world) => {
    const [remote = ''] = /^[^:]*:/.exec(question.fragment) ?? [];
    const found = await ask({ ...question, subject: remote }, world, records);
    return [...found.map((name) => `${remote}${name}`), ...(remote === '' ? await remotes(world) : [])];
  },
  pairs: (question, world) => withKeys(question, world, async (server, table, type) => pairs(question, table, await valuesFrom(question.fragment, type, server))),
  'member-pairs': (question, world) =>
    withKeys(question, world, async (server, table) => {
      const [, pair = ''] = /^[^:]*:(.*)$/.exec(question.fragment) ?? [];
      return memberPairs(question.fragment, await names(server, '/1.0/cluster/members'), table, await valuesFrom(pair, '', server));
    }),
};

async function remotes(world: World): Promise<string[]> {
  const config = await configOf(world);
  return [...config.remotes].filter(([, { protocol, public: isPublic }]) => protocol === 'incus' && !isPublic).map(([name]) => `${name}:`);
}

/** Asks the server that the command line names, as long as there is patience; nothing at all after that. */
async function ask<T>(question: Question, world: World, request: (server: IncusServer, project: string) => Promise<T[]>): Promise<T[]> {
  const { endpoint } = await resolveRemote(question.subject, { project: question.project || null }, await configOf(world), world);
  const server = world.connect({ ...endpoint, address: withoutRenewal(endpoint.address) });
  const late = new AbortController();
  try {
    return await Promise.race([request(server, endpoint.project), sleep(PATIENCE, [], { signal: late.signal })]);
  } finally {
    late.abort();
    void server.close().catch(() => undefined);
  }
}

/** A token must not be renewed by a program that ends in the middle of it. */
function withoutRenewal(address: Endpoint['address']): Endpoint['address'] {
  if (address.kind === 'unix') return address;

  const copy = { ...address };
  delete copy.tokenFile;
  return copy;
}

async function names(server: IncusServer, path: string): Promise<string[]> {
  return (await server.get(path, z.array(z.string()))).map(nameInUrl);
}

/** With the keys of the type: the server's own where it describes them, else those that we know. */
function withKeys(question: Question, world: World, use: (server: IncusServer, table: KeyTable, type: string) => Promise<string[]>): Promise<string[]> {
  return ask(question, world, async (server, project) => {
    const [type, metadata] = await Promise.all([typeOf(question, project, server), server.get('/1.0/metadata/configuration', MetadataConfiguration).catch(() => null)]);
    const own = Object.values(metadata?.configs[`network_${type}`] ?? {}).flatMap(({ keys }) => keys.flatMap((key) => Object.keys(key)));
    const known = networkTypes.find((name) => name === type);
    const rules = known === undefined ? {} : { ...keys60[known], ...(own.length > 0 ? keysSince60[known] : {}) };
    return use(server, { keys: own.length > 0 ? own : Object.keys(rules), rules }, type);
  });
}

/** As the server will choose it. */
async function typeOf({ type }: Question, project: string, server: IncusServer): Promise<string> {
  if (type !== '') return type;
  if (project === 'default') return 'bridge';
  const answer = await server.get(apiPath(['1.0', 'projects', project]), Project).catch(() => null);
  return isTrue(answer?.config['features.networks']) ? 'ovn' : 'bridge';
}

/** Values that only the server knows: uplinks and parents are networks of the project default, interfaces among them. */
async function valuesFrom(pair: string, type: string, server: IncusServer): Promise<string[]> {
  if (/^(parent|bridge\.external_interfaces)=/.test(pair)) return listNetworkNames(server, 'default');
  if (type !== 'ovn' || !pair.startsWith('network=')) return [];

  const uplinks = await networks(server, 'default');
  return uplinks.filter(({ managed, type: kind }) => managed && kind !== 'ovn').map(({ name }) => name);
}

/** Hidden records too, which are in the list of names only; not the host's interfaces, as far as the server tells. */
async function records(server: IncusServer, project: string): Promise<string[]> {
  const [all, loaded] = await Promise.all([listNetworkNames(server, project), networks(server, project)]);
  return all.filter((name) => loaded.find((network) => network.name === name)?.managed !== false);
}

function networks(server: IncusServer, project: string): Promise<Network[]> {
  return server.get(networksPath({ project, recursion: '1' }), z.array(Network));
}
