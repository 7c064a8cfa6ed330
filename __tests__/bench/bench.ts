/*
 * How long our programs take, as multiples of what they are compared with, in turns on a real Incus (root):
 *
 *   npm run bench [-- <rounds> [<scale rounds>]]
 *
 * Writes docs/performance.json, docs/performance.svg, and the figures in docs/performance.md.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { firstConfig } from '../../lib/shell/first-config.js';
import { startLab } from '../lab/servers.js';
import type { LabServer } from '../lab/servers.js';
import { doctorPeak, withPeak } from './doctor-peak.js';
import { figures } from './figures.js';
import { plot } from './plot.js';
import type { Row } from './plot.js';

interface Contest {
  name: string;
  /** Exit status of each, where it is not 0. */
  status: Record<string, number>;
  /** The first is what the others are compared with. */
  lines: Record<string, string[]>;
  after: string[] | null;
}

const [, , rounds = '15', scaleRounds = '7'] = argv;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const executable = here('../../out/incus-safenet');
const nothing = [execPath, '-e', '0'];

/** Node reads all of them at every start. The other rows are without. */
const withAuthorities = ['env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'];

const create = (lab: LabServer, prefix: string): Contest => ({
  name: prefix === '' ? 'create of a bridge' : `create, ${prefix}`,
  status: {},
  lines: {
    'native client': ['incus', 'network', 'create', 'bench%n', '--type=bridge'],
    ours: lab.argvOf('incus-network-create', ['bench%n', '--type=bridge']),
  },
  after: ['incus', 'network', 'delete', 'bench%n'],
});

/** @param prefix what sets the environment of each side */
function refusal(lab: LabServer, name: string, prefix: string[] = []): Contest {
  const argv = ['create', 'web', '--project=own'];
  return {
    name,
    status: { ours: 3, executable: 3 },
    lines: {
      'node -e 0': [...prefix, ...nothing],
      ours: [...prefix, ...lab.argvOf('incus-safenet', argv)],
      ...(existsSync(executable) && { executable: [...prefix, executable, ...argv] }),
    },
    after: null,
  };
}

function startUp(lab: LabServer): Contest[] {
  return [
    refusal(lab, 'refusal'),
    refusal(lab, 'refusal, NODE_EXTRA_CA_CERTS', withAuthorities),
    { name: 'check', status: {}, lines: { 'node -e 0': nothing, ours: lab.argvOf('incus-safenet', ['check', 'web', '--type=bridge']) }, after: null },
    { name: '--version', status: {}, lines: { 'node -e 0': nothing, ours: lab.argvOf('incus-safenet', ['--version']) }, after: null },
  ];
}

async function measure(lab: LabServer, contests: Contest[], count: string, env: Record<string, string> = {}): Promise<Row[]> {
  const run = await lab.exec('node1', [execPath, here('rounds.mjs')], { stdin: JSON.stringify({ rounds: Number(count), contests }), timeout: 1_200_000, env });
  if (run.status !== 0) throw new Error(run.stderr);

  const results = JSON.parse(run.stdout) as { name: string; times: Record<string, number[]> }[];
  return results.flatMap(({ name, times }) => {
    const [[base = '', baseline = []] = []] = Object.entries(times);
    return Object.entries(times)
      .slice(1)
      .map(([who, own]) => ({ name, who, base, ratio: median(own) / median(baseline), own: spread(own), baseline: spread(baseline) }));
  });
}

/** The same shell with the same function, which is called or gone around. */
async function throughFunction(lab: LabServer): Promise<Row[]> {
  const { stdout: definition } = await lab.safenet('incus-safenet', ['shell-init', 'bash']);
  // Bash does not start a process for the last command of a line, unless that is a function; at a prompt it always does.
  const list = (word: string) => ['bash', '-c', `${definition}\n${word} list\nexit $?`];
  return measure(lab, [{ name: 'incus list through the function', status: {}, lines: { 'native client': list('command incus'), ours: list('incus') }, after: null }], rounds);
}

/** Incus's own alias, in a configuration of its own. */
function throughAlias(lab: LabServer): Promise<Row[]> {
  const [, program = ''] = lab.argvOf('incus-network-create', []);
  const { after, lines } = create(lab, '');
  const native = ['env', `INCUS_CONF=${lab.envOf('node1')['INCUS_CONF']}`, ...(lines['native client'] ?? [])];
  const contest = { name: "create through Incus's alias", status: {}, lines: { 'native client': native, ours: lines['native client'] ?? [] }, after };
  return withConfig(`aliases:\n  network create: ${program} @ARGS@\n`, (env) => measure(lab, [contest], rounds, env));
}

/** The other rows are without a config.yml, as on a server that has no remotes. */
function besideConfig(lab: LabServer): Promise<Row[]> {
  return withConfig(firstConfig, (env) => measure(lab, [refusal(lab, 'refusal, with a config.yml')], rounds, env));
}

async function withConfig(text: string, measured: (env: Record<string, string>) => Promise<Row[]>): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    writeFileSync(join(folder, 'config.yml'), text);
    return await measured({ INCUS_CONF: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Peak memory of one create, in MiB. */
function memory(lab: LabServer): Promise<number> {
  return withPeak(async (nodeOptions) => {
    const run = await lab.safenet('incus-network-create', ['benchmem', '--type=bridge'], { env: { NODE_OPTIONS: nodeOptions } });
    if (run.status !== 0) throw new Error(run.stderr);
    await lab.incus(['network', 'delete', 'benchmem']);
  });
}

/** Networks that are records only: the server lists them as any other, and their making takes no minutes. */
async function addNetworks(lab: LabServer, from: number, to: number): Promise<void> {
  const values = Array.from({ length: to - from }, (_, at) => `(1, 'filler${from + at}', '', 1, 0)`);
  for (let at = 0; at < values.length; at += 100) {
    const query = `INSERT INTO networks (project_id, name, description, state, type) VALUES ${values.slice(at, at + 100).join(', ')}`;
    const { status, body } = await lab.request('POST', '/internal/sql', { database: 'global', query });
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
  await lab.request('POST', '/internal/sql', {
    database: 'global',
    query: `INSERT INTO networks_nodes (network_id, node_id, state) SELECT networks.id, nodes.id, 1 FROM networks, nodes WHERE networks.name LIKE 'filler%' AND networks.id NOT IN (SELECT network_id FROM networks_nodes)`,
  });
}

/** Projects that are rows only, without networks of their own. */
async function addProjects(lab: LabServer, from: number, to: number): Promise<void> {
  const sql = (query: string) => lab.request('POST', '/internal/sql', { database: 'global', query });
  for (let at = from; at < to; at += 100) {
    const values = Array.from({ length: Math.min(100, to - at) }, (_, more) => `('filler${at + more}', '')`);
    const { status, body } = await sql(`INSERT INTO projects (name, description) VALUES ${values.join(', ')}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
  await sql(`INSERT INTO projects_config (project_id, key, value) SELECT id, 'features.networks', 'false' FROM projects WHERE name LIKE 'filler%' AND id NOT IN (SELECT project_id FROM projects_config)`);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const spread = (values: number[]) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

async function onOneServer(): Promise<{ rows: Row[]; peak: number }> {
  const lab = await startLab({ members: 1, ovs: 'none' });
  try {
    await lab.createProject('own', true);
    const rows = await measure(lab, [create(lab, ''), ...startUp(lab)], rounds);
    rows.push(...(await besideConfig(lab)), ...(await throughAlias(lab)), ...(await throughFunction(lab)));
    const peak = await memory(lab);
    const refused = lab.argvOf('incus-safenet', ['create', 'web', '--project=own']);
    const refusalBeside = (beside: string): Contest => ({ name: `refusal, ${beside}`, status: { ours: 3 }, lines: { 'node -e 0': nothing, ours: refused }, after: null });
    for (const [what, add] of [['projects', addProjects], ['networks', addNetworks]] as const) {
      let there = 0;
      for (const many of [10, 100, 1_000]) {
        await add(lab, there, many);
        there = many;
        rows.push(...(await measure(lab, [create(lab, `${many} ${what}`), refusalBeside(`${many} ${what}`)], scaleRounds)));
      }
    }
    return { rows, peak };
  } finally {
    await lab.stop();
  }
}

/** The native client needs a command for every member and one more. */
async function onCluster(members: 2 | 3 | 4 | 5): Promise<Row[]> {
  const lab = await startLab({ members, ovs: 'none' });
  try {
    const targets = [...lab.members.map((member) => ` --target ${member}`), ''];
    const native = ['bash', '-ec', targets.map((target) => `incus network create bench%n --type=bridge${target}`).join('\n')];
    const ours = lab.argvOf('incus-safenet', ['create', 'bench%n', '--type=bridge', '--all-members']);
    const check = lab.argvOf('incus-safenet', ['check', 'web', '--type=bridge', '--all-members']);
    const contests: Contest[] = [
      { name: `create, ${members} members`, status: {}, lines: { 'native client': native, ours }, after: ['incus', 'network', 'delete', 'bench%n'] },
      { name: `check, ${members} members`, status: {}, lines: { 'node -e 0': nothing, ours: check }, after: null },
    ];
    return await measure(lab, contests, scaleRounds);
  } finally {
    await lab.stop();
  }
}

const { rows, peak } = await onOneServer();
for (const members of [2, 3, 4, 5] as const) rows.push(...(await onCluster(members)));
const peaks = { create: Math.round(peak), doctor: Math.round(await doctorPeak()) };

const text = figures(rows, peaks);
stdout.write(text);
writeFileSync(here('../../docs/performance.json'), `${JSON.stringify({ node: process.version, rounds: Number(rounds), peakMemoryMiB: peaks, rows }, null, 2)}\n`);
writeFileSync(here('../../docs/performance.svg'), plot(rows));
const page = here('../../docs/performance.md');
writeFileSync(page, readFileSync(page, 'utf8').replace(/(<!-- npm run bench -->\n)[^]*?(<!-- end -->)/, (_, begin: string, end: string) => `${begin}${text}${end}`));
