import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readdirSync } from 'node:fs';
import { absent } from '../../lib/facts/facts.js';
import type { SandboxOptions } from '../../lib/sandbox/shape.js';
import type { CliOptions } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import type { Shape } from '../helpers/target.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';
import type { DoctorStage } from './scenarios.js';

/** A sandbox as a stage; without a terminal, and nobody waits between two looks. */
export async function startSandboxStage(shape: Shape, options: SandboxOptions = {}): Promise<DoctorStage & { target: SandboxTarget; run(argv: string[], options?: CliOptions): ReturnType<typeof runCli> }> {
  const target = await startSandboxTarget(shape, options);
  const run = (argv: string[], { world, ...rest }: CliOptions = {}) =>
    runCli('incus-safenet', argv, target.env, {
      stdin: '',
      ...rest,
      world: { pause: () => Promise.resolve(), localHost: { ovsdb: async (connection) => absent(`no ${connection}`), isLinuxBridge: async () => false }, ...world },
    });

  return {
    target,
    run,
    safenet: (argv) => run(argv),
    async nativeCreate(argv) {
      const project = argv[argv.indexOf('--project') + 1] ?? 'default';
      await target.request('POST', `/1.0/networks?project=${project}`, { name: argv[2], config: {}, description: '', type: '' });
    },
    shell: (command) => restore(command, target),
    administer: (command) => restore(command, target),
    mayUse: () => Promise.resolve(),
  };
}

/** What `cat <prefix>*.sql | incus admin sql global -` and `incus admin sql global - < <file>` do. */
async function restore(command: string, target: SandboxTarget): Promise<void> {
  const pattern = /^cat (.*)\*\.sql \| incus admin sql global -$/.exec(command)?.[1] ?? /^incus admin sql global - < (.*)\.sql$/.exec(command)?.[1];
  if (pattern === undefined) throw new Error(`not a command that puts rows back: ${command}`);

  const folder = dirname(pattern);
  const files = readdirSync(folder).map((file) => join(folder, file)).filter((file) => file.startsWith(pattern) && file.endsWith('.sql'));
  const text = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const { body } = await target.request('POST', '/internal/sql', { database: 'global', query: text.join('') });
  if (body.type === 'error') throw new Error(body.error);
}
