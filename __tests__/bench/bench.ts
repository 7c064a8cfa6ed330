/*
 * How long our programs take, as multiples of what they are compared with, in turns on a real Incus (root):
 *
 *   npm run bench [-- <rounds> [<scale rounds>]]
 *
 * Prints a table, and writes docs/performance.json and docs/performance.svg.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { startLab } from '../lab/servers.js';
import type { LabServer } from '../lab/servers.js';
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

const create = (lab: LabServer, prefix: string): Contest => ({
  name: prefix === 'create' ? 'create of a bridge' : `create, ${prefix}`,
  status: {},
  lines: {
    'native client': ['incus', 'network', 'create', 'bench%n', '--type=bridge'],
    ours: lab.argvOf('incus-network-create', ['bench%n', '--type=bridge']),
  },
  after: ['incus', 'network', 'delete', 'bench%n'],
});

function startUp(lab: LabServer): Contest[] {
  const refusal = ['create', 'web', '--project=own'];
  return [
    {
      name: 'refusal',
      status: { ours: 3, executable: 3 },
      lines: {
        'node -e 0': nothing,
        ours: lab.argvOf('incus-safenet', refusal),
        ...(existsSync(executable) && { executable: [executable, ...refusal] }),
      },
      after: null,
    },
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

/** Incus's own alias, in a configuration of its own. */
async function throughAlias(lab: LabServer): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const [, program = ''] = lab.argvOf('incus-network-create', []);
    writeFileSync(join(folder, 'config.yml'), `aliases:\n  network create: ${program} @ARGS@\n`);
    const { after, lines } = create(lab, 'create');
    const native = ['env', `INCUS_CONF=${lab.envOf('node1')['INCUS_CONF']}`, ...(lines['native client'] ?? [])];
    return await measure(lab, [{ name: "create through Incus's alias", status: {}, lines: { 'native client': native, ours: lines['native client'] ?? [] }, after }], rounds, { INCUS_CONF: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Peak memory of one create, in MiB: the kernel's figure, which the process asks for as it ends. */
async function memory(lab: LabServer): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const hook = join(folder, 'peak.cjs');
    writeFileSync(hook, `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'peak'))}, String(process.resourceUsage().maxRSS / 1024)));`);
    const run = await lab.safenet('incus-network-create', ['benchmem', '--type=bridge'], { env: { NODE_OPTIONS: `--require=${hook}` } });
    if (run.status !== 0) throw new Error(run.stderr);
    await lab.incus(['network', 'delete', 'benchmem']);
    return Number(readFileSync(join(folder, 'peak'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
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

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const spread = (values: number[]) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

async function onOneServer(): Promise<{ rows: Row[]; peak: number }> {
  const lab = await startLab({ members: 1, ovs: 'none' });
  try {
    await lab.createProject('own', true);
    const rows = await measure(lab, [create(lab, 'create'), ...startUp(lab)], rounds);
    rows.push(...(await throughAlias(lab)));
    const peak = await memory(lab);
    let there = 0;
    for (const networks of [10, 100, 1_000]) {
      await addNetworks(lab, there, networks);
      there = networks;
      rows.push(...(await measure(lab, [create(lab, `${networks} networks`)], scaleRounds)));
    }
    return { rows, peak };
  } finally {
    await lab.stop();
  }
}

/** The native client cannot create a bridge in a cluster with one command, so what is compared is a check. */
async function onCluster(members: 2 | 3): Promise<Row[]> {
  const lab = await startLab({ members, ovs: 'none' });
  try {
    const lines = { 'node -e 0': nothing, ours: lab.argvOf('incus-safenet', ['check', 'web', '--type=bridge', '--all-members']) };
    return await measure(lab, [{ name: `check, ${members} members`, status: {}, lines, after: null }], scaleRounds);
  } finally {
    await lab.stop();
  }
}

const { rows, peak } = await onOneServer();
for (const members of [2, 3] as const) rows.push(...(await onCluster(members)));

const figures = ({ median: middle, min, max }: Row['own']) => `${middle.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
const table = rows.map(({ name, who, base, ratio, own, baseline }) => `| ${name} | ${who} | ${figures(own)} | ${base} | ${figures(baseline)} | ${ratio.toFixed(2)} | ${(own.min / baseline.min).toFixed(2)} |`);
stdout.write(`| what | who | ms | against | ms | ratio of medians | of minima |\n| --- | --- | --- | --- | --- | --- | --- |\n${table.join('\n')}\n\npeak memory of a create: ${peak.toFixed(0)} MiB\n`);
writeFileSync(here('../../docs/performance.json'), `${JSON.stringify({ node: process.version, rounds: Number(rounds), peakMemoryMiB: Math.round(peak), rows }, null, 2)}\n`);
writeFileSync(here('../../docs/performance.svg'), plot(rows));
