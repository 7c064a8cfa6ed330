import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { ApiAnswer, Shape } from '../helpers/target.js';
import { askFor } from './api.js';
import type { Answers } from './measured.js';
import { expectMeasured } from './measured.js';
import type { Asker, Question, Role } from './roles.js';
import { roles } from './roles.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/*
 * What the server answers to whom: the table docs/internals/roles.json. Every role asks for its own project, for
 * `default`, and for a project in which it has no rights.
 */

const noAddresses = { 'ipv4.address': 'none', 'ipv6.address': 'none' };
const get = (path: string): Question => ({ method: 'GET', path });
const remove = (path: string): Question => ({ method: 'DELETE', path });

/** A server as the roles find it. */
interface Stage {
  title: string;
  shape: Shape;
  /** Makes the records; answers their names by the project in which the server has them. */
  prepare(lab: LabServer): Promise<void>;
  records: Record<string, string[]>;
  /** Whether creating and deleting is tried, too. */
  isWritten: boolean;
  roles: Role[];
}

const must = async (lab: LabServer, method: string, path: string, body?: unknown): Promise<void> => void (await askFor(lab.socket('node1'), method, path, body));
const make = (lab: LabServer, project: string, name: string, type: string, config: Record<string, string>): Promise<void> =>
  must(lab, 'POST', `/1.0/networks?project=${project}`, { name, type, config });

async function makeProjects(lab: LabServer): Promise<void> {
  await lab.createProject('own', true);
  await lab.createProject('other', true);
  await lab.createProject('shared', false);
  await lab.createProject('fenced', false, { 'features.profiles': 'true', restricted: 'true', 'restricted.networks.access': 'brd0,made0,gone0' });
}

const standalone: Stage = {
  title: 'a server of its own with OVN',
  shape: { members: 1, ovs: 'ovn' },
  records: { default: ['brd0', 'up0', 'ovnd'], own: ['ovni', 'ovnu'], other: ['ovno'] },
  isWritten: true,
  roles,
  async prepare(lab) {
    await makeProjects(lab);
    await make(lab, 'default', 'brd0', 'bridge', noAddresses);
    await make(lab, 'default', 'up0', 'bridge', { 'ipv4.address': '10.60.0.1/24', 'ipv4.dhcp.ranges': '10.60.0.100-10.60.0.200', 'ipv4.ovn.ranges': '10.60.0.10-10.60.0.20', 'ipv6.address': 'none' });
    const [[id] = []] = await lab.select("SELECT id FROM networks WHERE name = 'up0'");
    // Incus takes the uplink's bridge that is there; it has no kernel module to make one with (ovn.test.ts).
    const bridge = `incusovn${String(id)}`;
    await lab.exec('node1', ['ovs-vsctl', 'add-br', bridge, '--', 'set', 'bridge', bridge, 'datapath_type=netdev']);
    await make(lab, 'default', 'ovnd', 'ovn', { network: 'up0' });
    await make(lab, 'own', 'ovni', 'ovn', { network: 'none', ...noAddresses });
    await make(lab, 'own', 'ovnu', 'ovn', { network: 'up0' });
    await make(lab, 'other', 'ovno', 'ovn', { network: 'none', ...noAddresses });
    // What incus-user looks for before it gives a user a project.
    await must(lab, 'POST', '/1.0/storage-pools', { name: 'default', driver: 'dir', description: '', config: {} });
    await make(lab, 'default', 'incusbr0', 'bridge', noAddresses);
  },
};

const cluster: Stage = {
  title: 'a cluster of two without Open vSwitch, with hidden records',
  shape: { members: 2, ovs: 'none' },
  records: { default: ['brd0'], own: ['hid0'], other: ['hid1'] },
  isWritten: false,
  roles: roles.filter(({ name }) => name !== 'incus-user'),
  async prepare(lab) {
    await makeProjects(lab);
    for (const target of lab.members) await must(lab, 'POST', `/1.0/networks?target=${target}`, { name: 'brd0', type: 'bridge' });
    await make(lab, 'default', 'brd0', 'bridge', noAddresses);
    await lab.request('POST', '/1.0/networks?project=own', { name: 'hid0', type: 'ovn' });
    await lab.request('POST', '/1.0/networks?project=other', { name: 'hid1', type: 'ovn' });
  },
};

const sharesDefault = (project: string): boolean => !['own', 'other'].includes(project);
/** The project in which the server has the networks of this one. */
const effective = (project: string): string => (sharesDefault(project) ? 'default' : project);

const general: Question[] = [
  get('/1.0'),
  get('/1.0/projects'),
  get('/1.0/cluster/members?recursion=1'),
  get('/1.0/networks'),
  get('/1.0/networks?recursion=1'),
  get('/1.0/networks?all-projects=true'),
  get('/1.0/networks?all-projects=true&recursion=1'),
  get('/1.0/networks/br-int'),
  get('/1.0/networks/br-int?target=node1'),
  get('/1.0/networks/br-int?target=node2'),
  get('/1.0/networks/lo'),
  get('/1.0/networks/nothing'),
  get('/1.0/metadata/configuration'),
  { method: 'POST', path: '/internal/sql', body: { database: 'global', query: 'SELECT COUNT(*) FROM networks' } },
];

function questionsOf(project: string, { records, isWritten }: Stage): Question[] {
  const of = (path: string): string => `${path}?project=${project}`;
  const names = records[effective(project)] ?? [];
  const made = sharesDefault(project) ? { type: 'bridge', config: noAddresses } : { type: 'ovn', config: { network: 'none', ...noAddresses } };
  return [
    get(`/1.0/projects/${project}`),
    get(of('/1.0/networks')),
    get(`${of('/1.0/networks')}&recursion=1`),
    ...[...names, 'nothing'].flatMap((name) => [get(of(`/1.0/networks/${name}`)), get(of(`/1.0/networks/${name}/state`))]),
    get(of('/1.0/networks/br-int')),
    get(of('/1.0/network-allocations')),
    remove(of('/1.0/networks/nothing')),
    ...(isWritten ? [] : names.filter((name) => name.startsWith('hid')).map((name) => remove(of(`/1.0/networks/${name}`)))),
    // The lock request of ours: a create that the server answers only when no other runs.
    { method: 'POST', path: of('/1.0/networks'), body: { name: '' } },
    ...(isWritten ? [{ method: 'POST', path: of('/1.0/networks'), body: { name: 'made0', ...made } } as const, remove(of('/1.0/networks/gone0'))] : []),
  ];
}

const known = ['brd0', 'up0', 'ovnd', 'ovni', 'ovnu', 'ovno', 'hid0', 'hid1', 'made0', 'gone0', 'lo', 'br-int'];

interface NetworkSeen {
  name: string;
  managed: boolean;
  project?: string;
  status?: string;
  config?: Record<string, string>;
}

/** Without what every question has: the project is the group's. */
const shortened = (title: string): string => title.replace('/1.0/', '').replace(/\?project=[^&" ]*$|\?project=[^&" ]*(?= )/, '').replace(/\?project=[^&]*&/, '?');

/** What matters of an answer, in a line. */
function described({ method, path }: Question, { status, body }: ApiAnswer): string {
  if (body.type === 'error') return `${status} ${body.error}`;
  if (method !== 'GET') return `${status}`;
  const { pathname } = new URL(path, 'http://incus');
  const { metadata } = body;
  if (pathname === '/1.0') return describedServer(metadata as Parameters<typeof describedServer>[0]);
  if (pathname === '/1.0/networks') return `200 ${namesIn(metadata as (string | NetworkSeen)[])}`;
  if (pathname === '/1.0/projects') return `200 ${(metadata as string[]).map((url) => url.replace('/1.0/projects/', '')).sort().join(' ')}`;
  if (pathname === '/1.0/cluster/members') return `200 ${(metadata as { server_name: string; status: string }[]).map(({ server_name: name }) => name).sort().join(' ')}`;
  if (/^\/1\.0\/projects\//.test(pathname)) return `200 config ${shown((metadata as { config: Record<string, string> }).config)}`;
  if (/^\/1\.0\/networks\/[^/]+$/.test(pathname)) return describedNetwork(metadata as NetworkSeen);
  if (pathname === '/1.0/network-allocations') return `200 ${[...new Set((metadata as { network: string }[]).map(({ network }) => network))].sort().join(' ')}`;
  return '200';
}

const shown = (config: Record<string, string> | undefined): string => (config !== undefined && Object.keys(config).length > 0 ? 'shown' : 'empty');

function describedServer({ auth, config, environment }: { auth: string; config?: Record<string, string>; environment?: { server_name?: string } }): string {
  return `200 ${auth}, config ${shown(config)}, environment ${environment?.server_name === undefined ? 'empty' : 'shown'}`;
}

function describedNetwork({ managed, project, status, config }: NetworkSeen): string {
  return managed ? `200 ${status} in project ${project}, config ${shown(config)}` : `200 not managed`;
}

function namesIn(networks: (string | NetworkSeen)[]): string {
  const names = networks.map((network) => {
    if (typeof network === 'string') return network.replace('/1.0/networks/', '').replace(/^([^?]*)\?project=(.*)$/, '$2/$1');
    return network.managed && shown(network.config) === 'empty' ? `${network.name}{}` : network.name;
  });
  return names.filter((name) => known.includes(name.replace('{}', '').replace(/^.*\//, ''))).sort().join(' ');
}

describe.each([standalone, cluster])('to whom the server answers what: $title', (stage) => {
  let lab: LabServer;
  beforeAll(async () => {
    lab = await startLab(stage.shape);
    await stage.prepare(lab);
  }, 120_000);
  afterAll(() => lab?.stop());

  async function askAll({ ask }: Asker, questions: Question[]): Promise<Answers> {
    const answers = await ask(questions);
    return Object.fromEntries(
      questions.map((question, index): [string, string] => {
        const { name } = (question.body ?? {}) as { name?: string };
        const title = `${question.method} ${question.path}${name === undefined ? '' : ` "${name}"`}`;
        return [shortened(title), described(question, answers[index] as ApiAnswer)];
      }),
    );
  }

  /** No network under the names that are created and deleted. */
  async function clear(): Promise<void> {
    const names = await lab.select("SELECT networks.name, projects.name FROM networks JOIN projects ON projects.id = project_id WHERE networks.name IN ('made0', 'gone0')");
    for (const [name, where] of names) await must(lab, 'DELETE', `/1.0/networks/${String(name)}?project=${String(where)}`);
  }

  /** A network that may be deleted. */
  async function offer(project: string): Promise<void> {
    const [type, more] = sharesDefault(project) ? ['bridge', {}] : ['ovn', { network: 'none' }];
    await make(lab, effective(project), 'gone0', type, { ...more, ...noAddresses });
  }

  it.each(stage.roles)('$name', async (role) => {
    const asker = await role.enter(lab);
    const answers: Answers = {};
    try {
      answers['the server'] = await askAll(asker, general);
      for (const project of role.projects) {
        await clear();
        if (stage.isWritten) await offer(project);
        answers[project] = await askAll(asker, questionsOf(project, stage));
      }
    } finally {
      await clear();
      await asker.leave();
    }
    expectMeasured('roles', lab.installed, `${stage.title}: ${role.name}`, answers);
  }, 60_000);
});
