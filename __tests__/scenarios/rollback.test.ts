import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Owner } from '../../lib/journal/schema.js';
import type { World } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import { describeRollback } from './rollback.js';
import type { RollbackStage } from './rollback.js';
import { pasteInSandbox } from './sandbox-shell.js';
import { startSandboxTarget } from './sandbox-target.js';

let runs = 0;

/** Each run as a process of its own, which lives until the run is over. */
async function asProcess(run: (world: Partial<World>) => Promise<CliRun>): Promise<CliRun> {
  const self: Owner = { host: os.hostname(), pid: process.pid, started: `run ${++runs}`, boot: 'the tests' };
  return run({ self: () => Promise.resolve(self), isAlive: ({ host, started }) => Promise.resolve(host !== self.host || started === self.started), pause: () => Promise.resolve() });
}

describeRollback('the sandbox', async (shape) => {
  const target = await startSandboxTarget(shape);
  const paste: RollbackStage['paste'] = (line) => pasteInSandbox(line, target, (program, argv) => asProcess((world) => runCli(program, argv, target.env, { world })));
  return {
    target,
    server: { remote: 'local', socket: target.env.INCUS_SOCKET ?? '' },
    mayUse: () => Promise.resolve(),
    hostname: os.hostname(),
    run: (program, argv, env = {}) => asProcess((world) => runCli(program, argv, { ...target.env, ...env }, { world })),
    paste,
    administer: paste,
    dnsmasq: () => Promise.resolve([]),
    async unwritable() {
      const file = path.join(target.sandbox.directory, 'file');
      await writeFile(file, '');
      return { 'a file': file, 'below a file': path.join(file, 'state') };
    },
  };
});
