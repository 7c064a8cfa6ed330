/*
 * npm run build: dist/ from lib/.
 *
 *   program.cjs     main and world in one script, with the libraries that a create uses
 *   library-*.cjs   the other libraries
 *   start.cjs       loads program.cjs with V8's code cache (lib/boot/start.ts)
 *   warm.cjs        makes that cache for the Node that runs it (lib/boot/warm.ts)
 *   sql-wasm.wasm   SQLite, for the demo's server
 *   third-party.md  the licences of what is in these
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle, root } from './bundle.js';
import { notices } from './notices.js';

const dist = path.join(root, 'dist');
await rm(dist, { recursive: true, force: true });
await mkdir(dist);

const inputs = await bundle(dist, { boot: ['start', 'warm'] });
await cp(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(dist, 'sql-wasm.wasm'));
await writeFile(path.join(dist, 'third-party.md'), await notices(inputs, root));
execFileSync(process.execPath, [path.join(dist, 'warm.cjs')], { stdio: 'inherit' });
