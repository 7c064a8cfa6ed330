import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabServer } from '../lab/servers.js';
import { configurations } from './lines.js';
import type { Line } from './lines.js';
import type { Aspect } from './reasons.js';

/** What one client said to one line, and what it left on its server. */
export type Seen = Record<Aspect, unknown>;

export type Client = 'native' | 'ours';

export function writeConfigurations({ folder }: LabServer): void {
  for (const [name, content] of Object.entries(configurations)) {
    const file = join(folder, 'home', name, 'config.yml');
    mkdirSync(content === null ? file : join(file, '..'), { recursive: true });
    if (content !== null) writeFileSync(file, content);
  }
}

/** Runs a line on a clean server, and cleans up after it. */
export async function see(line: Line, client: Client, lab: LabServer, projects: readonly string[]): Promise<Seen> {
  for (const argv of line.before ?? []) {
    const { status, stderr } = await lab.incus(['network', 'create', ...argv]);
    if (status !== 0) throw new Error(`incus network create ${argv.join(' ')}: ${stderr}`);
  }

  const env = Object.fromEntries(Object.entries(line.env ?? {}).map(([name, value]) => [name, value.replace('<home>', join(lab.folder, 'home'))]));
  const options = { env, ...(line.stdin !== undefined && { stdin: line.stdin }) };
  const run = client === 'native' ? await lab.incus(['network', 'create', ...line.argv], options) : await lab.safenet('incus-network-create', line.argv, options);

  const networks = await takeNetworks(lab, projects);
  const given = [...line.argv, String(line.stdin ?? '')].join('\n');
  return {
    stdout: run.stdout.replaceAll(lab.folder, '<lab>'),
    status: run.status,
    error: firstError(run.stderr).replaceAll(lab.folder, '<lab>'),
    networks: JSON.parse(withoutChance(JSON.stringify(networks), given)) as unknown,
  };
}

function firstError(stderr: string): string {
  return stderr.split('\n').find((line) => line.startsWith('Error:')) ?? '';
}

/** Reads every network record in these projects, and deletes it. */
async function takeNetworks(lab: LabServer, projects: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const project of projects) {
    const { body } = await lab.request('GET', `/1.0/networks?project=${project}`);
    for (const url of body.metadata as string[]) {
      const path = `${url.split('?')[0] ?? ''}?project=${project}`;
      const answer = await lab.request('GET', path);
      const { managed, locations, ...network } = (answer.body.metadata ?? {}) as { managed?: boolean; locations?: string[] };
      if (managed === false) continue;

      // The server names the members in whatever order its map has at that moment.
      found.push({ path, ...network, locations: locations?.toSorted() });
      await lab.request('DELETE', path);
    }
  }
  return found;
}

/** Addresses and MAC addresses that the server drew, unless the line asked for them. */
function withoutChance(text: string, given: string): string {
  const drawn = /\b10\.\d+\.\d+\.1\/24|\bfd42:[0-9a-f:]+::1\/64|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g;
  return text.replace(drawn, (address) => (given.includes(address) ? address : '<drawn>'));
}
