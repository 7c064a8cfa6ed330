import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ApiError, badRequest, envelope, failure, notFound, resourceUrl, textOf } from './answers.js';
import type { Answer } from './answers.js';
import { Body } from './body.js';
import type { Member } from './members.js';
import { metadataConfiguration } from './metadata.js';
import { changeNetwork, deleteNetwork, getNetwork, getNetworkState, getNetworks, postNetwork } from './networks.js';
import { changeProject, createProject, deleteProject, getProject, getProjects } from './projects.js';
import { dumpSql, runSql } from './sql.js';
import { isOffline } from './state.js';
import type { Call, State } from './state.js';

/*
 * The routes of cmd/incusd (6.0.4) that networks need, over HTTP.
 */

interface Request {
  method: string;
  /** The decoded parts of the path. */
  path: string[];
  query: URLSearchParams;
  /** The JSON body, as the struct of that name. */
  body(type: string): Body;
  call: Call;
}

/** An HTTP server for it; notes `METHOD /path?query` of every request in `seen`. */
export function makeServer(state: State, seen: string[]): Server {
  const post = oneAtATime();
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    void serve(state, post, incoming, outgoing);
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

type Lock = <T>(body: () => Promise<T>) => Promise<T>;

/** The server creates one network at a time (networkCreateLock). */
function oneAtATime(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (body) => {
    const next = last.then(body, body);
    last = next.catch(() => undefined);
    return next;
  };
}

async function serve(state: State, post: Lock, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const call: Call = { gone: false };
  outgoing.on('close', () => (call.gone = !outgoing.writableEnded));
  outgoing.on('error', () => (call.gone = true));

  const answer = await answerTo(state, post, incoming, call).catch((error: unknown) =>
    error instanceof ApiError ? error : failure(textOf(error)),
  );
  const { status, body } = envelope(answer);
  const location = answer instanceof ApiError ? undefined : answer.location;
  outgoing.writeHead(status, { 'content-type': 'application/json', ...(location == null ? {} : { location }) });
  outgoing.end(`${JSON.stringify(body)}\n`);
}

async function answerTo(state: State, post: Lock, incoming: IncomingMessage, call: Call): Promise<Answer> {
  const text = await bodyOf(incoming);
  const url = new URL(incoming.url ?? '/', 'http://incus');
  const request: Request = {
    method: incoming.method ?? 'GET',
    path: url.pathname.split('/').slice(1).map(decode),
    query: url.searchParams,
    body: (type) => Body.parse(text, type),
    call,
  };
  return route(state, post, request);
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`invalid URL escape "${part}"`);
  }
}

async function route(state: State, post: Lock, request: Request): Promise<Answer> {
  const [root = '', kind = '', name, ...more] = request.path;
  if (root === 'internal' && kind === 'sql' && name == null) return sql(state, request);
  if (root === '' && kind === '') return { metadata: ['/1.0'] };
  if (root === '1.0' && kind === 'networks' && name != null && more.length === 1 && more[0] === 'state') {
    return only(request, 'GET', () => atTarget(state, request, (member) => getNetworkState(state, member, projectOf(request), name)));
  }
  if (root !== '1.0' || more.length > 0) throw notFound('not found');

  switch (kind) {
    case '':
      return only(request, 'GET', () => atTarget(state, request, (member) => getServer(state, member, request)));
    case 'projects':
      return projects(state, request, name);
    case 'networks':
      return networks(state, post, request, name);
    case 'cluster':
      if (name === undefined)
        return only(request, 'GET', () => ({
          metadata: {
            server_name: state.clustered ? state.self.name : '',
            enabled: state.clustered,
            member_config: [],
          },
        }));
      if (name === 'members') return only(request, 'GET', () => getMembers(state, recursion(request)));
      throw notFound('not found');
    case 'metadata':
      if (name === 'configuration')
        return only(request, 'GET', () => ({
          metadata: metadataConfiguration(state.options.networkMetadata ?? state.version !== '6.0.4'),
        }));
      throw notFound('not found');
    default:
      throw notFound('not found');
  }
}

function only(request: Request, method: string, answer: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
  if (request.method !== method) throw notFound(`Method "${request.method}" not found`);
  return answer();
}

const recursion = (request: Request) => Number(request.query.get('recursion') ?? 0) > 0;
const projectOf = (request: Request) => request.query.get('project') || 'default';
const targetOf = (request: Request) => request.query.get('target') ?? '';

function sql(state: State, request: Request): Answer {
  if (request.method === 'POST') {
    const body = request.body('SQLQuery');
    return { metadata: runSql(state.db, body.raw('database'), body.raw('query')) };
  }
  if (request.method !== 'GET') throw notFound(`Method "${request.method}" not found`);
  const database = request.query.get('database');
  if (database !== 'global' && database !== 'local') throw badRequest('Invalid database');
  return { metadata: dumpSql(state.db, request.query.get(state.version === '6.0.4' ? 'schema' : 'dump') === '1') };
}

function projects(state: State, request: Request, name: string | undefined): Answer {
  switch (`${request.method}${name == null ? '' : ' one'}`) {
    case 'GET':
      return getProjects(state, recursion(request));
    case 'POST':
      return createProject(state, request.body('ProjectsPost'));
    case 'GET one':
      return getProject(state, name ?? '');
    case 'PUT one':
      return changeProject(state, name ?? '', request.body('ProjectPut'), false);
    case 'PATCH one':
      return changeProject(state, name ?? '', request.body('ProjectPut'), true);
    case 'DELETE one':
      return deleteProject(state, name ?? '');
    default:
      throw notFound(`Method "${request.method}" not found`);
  }
}

async function networks(state: State, post: Lock, request: Request, name: string | undefined): Promise<Answer> {
  const project = projectOf(request);
  switch (`${request.method}${name == null ? '' : ' one'}`) {
    case 'GET':
      return getNetworks(state, project, {
        recursion: recursion(request),
        allProjects: ['true', '1', 'yes', 'on'].includes(request.query.get('all-projects') ?? ''),
      });
    case 'POST':
      return post(() =>
        postNetwork(state, request.call, project, targetOf(request), () => request.body('NetworksPost')),
      );
    case 'GET one':
      return atTarget(state, request, (member) =>
        getNetwork(state, member, state.clustered && targetOf(request) === '', project, name ?? ''),
      );
    case 'PUT one':
      return changeNetwork(state, project, name ?? '', request.body('NetworkPut'), false);
    case 'PATCH one':
      return changeNetwork(state, project, name ?? '', request.body('NetworkPut'), true);
    case 'DELETE one':
      return deleteNetwork(state, project, name ?? '');
    default:
      throw notFound(`Method "${request.method}" not found`);
  }
}

/** Hands a request with `?target=` to that member; for one that is stopped the wait is long (Connect in internal/server/cluster/connect.go, 6.0.4). */
async function atTarget(state: State, request: Request, answer: (member: Member) => Answer): Promise<Answer> {
  const target = targetOf(request);
  if (target === '') return answer(state.self);
  const member = state.members.find(({ name }) => name === target);
  if (member == null) throw notFound('Cluster member not found');
  if (member.stoppedAt == null) return answer(member);

  await new Promise((resolve) => setTimeout(resolve, state.options.eventWaitMs ?? 10_000).unref());
  throw failure('Missing event connection with target cluster member');
}

function getServer(state: State, member: Member, request: Request): Answer {
  return {
    metadata: {
      config: state.clustered ? { 'cluster.https_address': member.address, 'core.https_address': member.address } : {},
      api_extensions: extensions,
      api_status: 'stable',
      api_version: '1.0',
      auth: 'trusted',
      public: false,
      auth_methods: ['tls'],
      auth_user_name: 'root',
      auth_user_method: 'unix',
      environment: {
        addresses: state.clustered ? [member.address] : [],
        architectures: ['x86_64'],
        certificate_fingerprint: state.fingerprint,
        firewall: 'nftables',
        kernel: 'Linux',
        kernel_architecture: 'x86_64',
        project: projectOf(request),
        server: 'incus',
        server_clustered: state.clustered,
        server_event_mode: 'full-mesh',
        server_name: member.hostName,
        server_version: state.version,
      },
    },
  };
}

/** Those of 6.0.4 that have to do with networks, projects and clusters. */
const extensions = [
  'network',
  'clustering',
  'projects',
  'network_type_macvlan',
  'network_type_sriov',
  'network_type_ovn',
  'network_type_physical',
  'projects_networks',
  'projects_networks_restricted_uplinks',
  'projects_networks_restricted_access',
  'projects_limits',
  'projects_restrictions',
  'network_ovn_isolated',
  'network_bridge_external_create',
  'networks_all_projects',
  'metadata_configuration',
  'projects_force_delete',
];

function getMembers(state: State, full: boolean): Answer {
  if (!state.clustered) throw failure('Server is not clustered');
  if (!full) return { metadata: state.members.map(({ name }) => resourceUrl('cluster/members', name)) };
  return { metadata: state.members.map((member, index) => showMember(state, member, index)) };
}

/** Two members have one voter; three all vote. */
function rolesOf(state: State, index: number): string[] {
  if (index === 0) return ['database-leader', 'database'];
  return [state.members.length === 2 ? 'database-standby' : 'database'];
}

function showMember(state: State, member: Member, index: number) {
  const seconds = Math.round((state.now() - (member.stoppedAt ?? 0)) / 1000);
  const standing = isOffline(state, member)
    ? { status: 'Offline', message: `No heartbeat for ${seconds}s` }
    : { status: 'Online', message: 'Fully operational' };
  return {
    config: {},
    description: '',
    failure_domain: 'default',
    groups: ['default'],
    roles: rolesOf(state, index),
    server_name: member.name,
    url: `https://${member.address}`,
    database: true,
    ...standing,
    architecture: 'x86_64',
  };
}
