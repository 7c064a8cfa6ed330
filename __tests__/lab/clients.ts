import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliRun } from '../helpers/run-cli.js';
import type { Client } from '../helpers/target.js';
import { onSocket } from '../helpers/target.js';
import { pem } from '../remotes/far-side.js';
import { askFor } from './api.js';
import { personOf } from './remotes.js';
import { usualVersion } from './versions.js';
import type { LabServer, LabRunOptions, Program } from './servers.js';

/** How a client of the lab reaches its servers. */
export type Reach = 'socket' | 'https admin' | 'https restricted';

/** What may be done on this way. From 7.0 on an administrator has the database over HTTPS as well. */
export function clientBy(reach: Reach, version = usualVersion()): Client {
  if (reach === 'socket') return onSocket;
  return { isElsewhere: true, hasDatabase: reach === 'https admin' && version !== '6.0', isRestricted: reach === 'https restricted' };
}

/** Somebody at work on a lab. */
export interface LabClient {
  /** The lab with the client's own state folder, as scenarios know it. */
  target: LabServer;
  /** The remote's name, and the socket behind it. */
  server: { remote: string; socket?: string };
  run(program: Program, argv: string[], options?: LabRunOptions): Promise<CliRun>;
  /** Runs a command line that we printed, in a shell on the first member. */
  paste(line: string): Promise<{ status: number; output: string }>;
  /** The same as an administrator, who may be somebody else. */
  administer(line: string): Promise<{ status: number; output: string }>;
  /** Restricts a restricted certificate to this project; the others may use every project. */
  mayUse(project: string): Promise<void>;
}

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const functions = (['incus-safenet', 'incus-network-create'] as const).map((program) => `${program}() { '${process.execPath}' '${path.join(bin, program)}.js' "$@"; }; `).join('');

/** Makes a client known to the lab's servers; it may use `default` then. */
export async function clientOn(lab: LabServer, reach: Reach): Promise<LabClient> {
  const isRestricted = reach === 'https restricted';
  const admin = reach === 'socket' ? null : await personOf(lab, 'admin', { certificate: 'client' });
  const person = isRestricted ? await personOf(lab, 'restricted', { certificate: 'stranger', projects: ['default'] }) : admin;
  await lab.clearRequests();
  const env = person?.env ?? {};
  const inShell = (own: Record<string, string>) => async (line: string) => {
    for (let attempt = 1; ; attempt++) {
      const { status, stdout, stderr } = await lab.exec(lab.members[0] ?? '', ['bash', '-c', functions + line], { env: own });
      // `incus admin sql` gives up at once where another member is writing; a person tries again.
      if (attempt === 10 || !stderr.includes('database is locked')) return { status: status ?? -1, output: stdout + stderr };
    }
  };

  return {
    target: { ...lab, env: { ...lab.env, ...env } },
    server: person === null ? { remote: 'local', socket: `${lab.env['INCUS_DIR']}/unix.socket` } : { remote: 'lab' },
    async run(program, argv, options = {}) {
      const { status, stdout, stderr } = await lab.safenet(program, argv, { ...options, env: { ...env, ...options.env } });
      return { status: status ?? -1, stdout, stderr };
    },
    paste: inShell(env),
    administer: inShell(admin?.env ?? {}),
    async mayUse(project) {
      if (!isRestricted) return;
      const fingerprint = new X509Certificate(pem('stranger.crt')).fingerprint256.replaceAll(':', '').toLowerCase();
      await askFor(lab.socket('node1'), 'PATCH', `/1.0/certificates/${fingerprint}`, { projects: [project] });
    },
  };
}
