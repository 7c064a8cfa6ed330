import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { run } from '../helpers/run.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';

const program = fileURLToPath(new URL('../../bin/incus-safenet.js', import.meta.url));

/** Fills a sandbox with projects and networks that are all right. */
export function fill({ sandbox }: SandboxTarget, projects: number, networks: number): void {
  const numbers = (to: number): string => `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${to})`;
  sandbox.execute(`
    INSERT INTO projects (id, name, description) ${numbers(projects)} SELECT 100 + i, 'p' || i, '' FROM c;
    INSERT INTO projects_config (project_id, key, value) ${numbers(projects)} SELECT 100 + i, 'features.networks', 'false' FROM c;
    INSERT INTO networks (id, project_id, name, description, state, type) ${numbers(networks)} SELECT 100 + i, 1, 'n' || i, '', 1, 0 FROM c;
    INSERT INTO networks_nodes (network_id, node_id, state) ${numbers(networks)} SELECT 100 + i, 1, 1 FROM c;
    INSERT INTO networks_config (network_id, node_id, key, value) ${numbers(networks)} SELECT 100 + i, NULL, 'ipv4.address', 'none' FROM c;`);
}

/** Makes a program write its peak memory, the kernel's figure in MiB, as it ends. */
export async function withPeak(measured: (nodeOptions: string) => Promise<void>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const [hook, peak] = [join(folder, 'peak.cjs'), join(folder, 'peak')];
    writeFileSync(hook, `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS / 1024)));`);
    await measured(`--require=${hook}`);
    return Number(readFileSync(peak, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Peak memory in MiB of a doctor over 1,000 projects and 5,000 networks. */
export async function doctorPeak(): Promise<number> {
  const target = await startSandboxTarget({ members: 1, ovs: 'none' });
  try {
    fill(target, 1_000, 5_000);
    return await withPeak(async (nodeOptions) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: target.sandbox.directory, NODE_OPTIONS: nodeOptions, ...target.env };
      const { status, stderr } = await run([execPath, program, 'doctor'], { env });
      assert.equal(status, 0, stderr);
    });
  } finally {
    await target.stop();
  }
}
