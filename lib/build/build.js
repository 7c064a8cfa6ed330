/*
 * npm run build: dist/ from lib/.
 *
 *   program.cjs     main and world in one script, the libraries included; what a run does not need is not run
 *   start.cjs       loads program.cjs with V8's code cache (lib/boot/start.ts)
 *   warm.cjs        makes that cache for the Node that runs it (lib/boot/warm.ts)
 *   sql-wasm.wasm   SQLite, for the demo's server
 *   third-party.md  the licences of what is in program.cjs
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { notices } from './notices.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, 'dist');
const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

await rm(dist, { recursive: true, force: true });
await mkdir(dist);

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  // Names stay, so that a stack trace in a bug report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  outExtension: { '.js': '.cjs' },
  outdir: dist,
};

const { metafile } = await build({
  ...common,
  entryPoints: { program: 'lib/boot/program.ts' },
  mainFields: ['module', 'main'],
  // Files of the package are looked for beside dist/, as they are beside lib/.
  define: { 'import.meta.url': '__bundleUrl', BUILT_VERSION: JSON.stringify(version), BUILT_COMMIT: JSON.stringify(commit()) },
  banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  metafile: true,
  plugins: [onlyWhatIsUsed(), notBeforeItIsUsed('node:crypto')],
});
await build({ ...common, entryPoints: { start: 'lib/boot/start.ts', warm: 'lib/boot/warm.ts' } });

await cp(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(dist, 'sql-wasm.wasm'));
await writeFile(path.join(dist, 'third-party.md'), await notices(Object.keys(metafile.inputs), root));
execFileSync(process.execPath, [path.join(dist, 'warm.cjs')], { stdio: 'inherit' });

/** The commit that this is built from; empty outside of a checkout. */
function commit() {
  try {
    const git = (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    // A package that was unpacked inside of somebody else's checkout is not of that commit.
    if (path.resolve(git('rev-parse', '--show-toplevel')) !== path.resolve(root)) return '';
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '-dirty');
  } catch {
    return '';
  }
}

/** Undici without what it has for browsers' APIs and for HTTP/2 (docs/performance.md). */
function onlyWhatIsUsed() {
  return {
    name: 'only-what-is-used',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^undici$/ }, () => ({ path: path.join(root, 'lib/build/undici.js') }));
      onResolve({ filter: /^node:http2$/ }, ({ importer }) => (importer.includes('/undici/') ? { path: 'http2', namespace: 'absent' } : null));
      onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'exports.constants = {};' }));
    },
  };
}

/** A module of Node's own that a program loads at the first use of one of its exports, and not with the bundle. */
function notBeforeItIsUsed(name) {
  return {
    name: `not-before-it-is-used:${name}`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ namespace }) => (namespace === 'late' ? { path: name, external: true } : { path: name, namespace: 'late' }));
      onLoad({ filter: new RegExp(`^${name}$`), namespace: 'late' }, async () => ({
        contents: `for (const key of ${JSON.stringify(Object.keys(await import(name)))})
          Object.defineProperty(exports, key, { enumerable: true, get: () => require(${JSON.stringify(name)})[key] });`,
      }));
    },
  };
}
