/*
 * npm run build:executable: out/incus-safenet, a single file for hosts without Node: a Node (target.js) with the program
 * inside of it (https://nodejs.org/docs/latest-v20.x/api/single-executable-applications.html).
 */
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'postject';
import { bundle, root, version } from './bundle.js';
import { bill } from './bill.js';
import { notices } from './notices.js';
import { node, nodeVersion, out, runTarget } from './target.js';

const parts = path.join(out, 'parts');
await rm(out, { recursive: true, force: true });
await mkdir(parts, { recursive: true });

const inputs = await bundle(parts, { boot: ['executable', 'warm'], replace: { 'lib/shell/program.ts': 'lib/boot/beside.ts' } });
await copyFile(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(parts, 'sql-wasm.wasm'));
// The code cache is one of that Node's V8, on its own architecture.
runTarget(node, path.join(parts, 'warm.cjs'));

const inside = (await readdir(parts)).filter((name) => /^(program\.c|library-|sql-wasm)/.test(name));
const blob = path.join(parts, 'executable.blob');
await writeFile(
  path.join(parts, 'sea.json'),
  JSON.stringify({
    main: path.join(parts, 'executable.cjs'),
    output: blob,
    disableExperimentalSEAWarning: true,
    assets: { 'docs/checks.md': path.join(root, 'docs/checks.md'), ...Object.fromEntries(inside.map((name) => [name, path.join(parts, name)])) },
  }),
);
runTarget(node, '--experimental-sea-config', path.join(parts, 'sea.json'));

const executable = path.join(out, 'incus-safenet');
await copyFile(node, executable);
await chmod(executable, 0o755);
await inject(executable, 'NODE_SEA_BLOB', await readFile(blob), { sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2' });

const own = `# incus-safenet ${version}\n\nThis file holds Node ${nodeVersion} (MIT, https://github.com/nodejs/node/blob/${nodeVersion}/LICENSE) and:\n\n`;
await writeFile(path.join(out, 'third-party.md'), own + (await notices(inputs, root)));
await writeFile(path.join(out, 'sbom.cdx.json'), await bill(inputs, nodeVersion));
await rm(parts, { recursive: true });
