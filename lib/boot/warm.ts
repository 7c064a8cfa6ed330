import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstConfig } from '../shell/first-config.js';
import { bundleIn, loadProgram } from './load.js';

/*
 * Makes dist/program.cache for the Node that runs this: what V8 has compiled once some creates have run, on the demo's
 * server and in a temporary folder. The server comes from a copy of the bundle, so that its code stays out of the cache.
 */
const { file, cache } = bundleIn(__dirname);
const lines = [
  ['warm', '--type', 'bridge', 'ipv4.address=192.0.2.1/24'],
  ['ours', '--project', 'networks'],
  ['warm', '--type', 'bridge'],
];

/** As the native client writes it, with our alias; read by the lines, so that the code for that is in the cache. */
const config = firstConfig.replace('aliases: {}', 'aliases:\n  network create: /usr/bin/incus-network-create @ARGS@\ndefaults: {}');

async function warm(folder: string): Promise<void> {
  const copy = path.join(folder, 'server.cjs');
  copyFileSync(file, copy);
  for (const name of ['library-sql.js.cjs', 'sql-wasm.wasm']) copyFileSync(path.join(__dirname, name), path.join(folder, name));
  const startSandbox = await loadProgram(copy).program.startSandbox();
  const sandbox = await startSandbox({ members: 1, ovs: 'none' }, { socketPath: path.join(folder, 'unix.socket') });
  sandbox.execute(`INSERT INTO projects (name, description) VALUES ('networks', '');
    INSERT INTO projects_config (project_id, key, value) SELECT id, 'features.networks', 'true' FROM projects WHERE name = 'networks'`);

  process.env.INCUS_SAFENET_STATE_DIR = path.join(folder, 'state');
  writeFileSync(path.join(folder, 'config.yml'), config);
  const { script, program } = loadProgram(file);
  const quiet = { isTTY: false, columns: 80, write: () => undefined };
  const stdin = { isTTY: true, read: () => Promise.resolve(Buffer.alloc(0)) };
  const env = { INCUS_SOCKET: sandbox.socketPath, INCUS_CONF: folder };
  const world = { ...(await program.realWorld()), env, stdin, stdout: quiet, stderr: quiet };
  for (const line of lines) await program.main('incus-network-create', line, world);
  writeFileSync(cache, script.createCachedData());
  await sandbox.close();
}

const folder = mkdtempSync(path.join(tmpdir(), 'incus-safenet-'));
void warm(folder)
  .then(
    () => 0,
    (error: unknown) => {
      process.stderr.write(`no code cache, so every start will take longer: ${String(error)}\n`);
      return 1;
    },
  )
  .then((status) => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(status);
  });
