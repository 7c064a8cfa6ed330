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

/** Libraries that a create does not use. */
const seldom = ['undici', 'openid-client', 'yargs', 'prompts', 'ora', 'sql.js'];

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

const inputs = [];

/** @param {import('esbuild').BuildOptions} options */
async function bundle(options) {
  const { metafile } = await build({ ...common, mainFields: ['module', 'main'], metafile: true, ...options });
  inputs.push(...Object.keys(metafile.inputs));
}

await bundle({
  entryPoints: { program: 'lib/boot/program.ts' },
  define: { BUILT_VERSION: JSON.stringify(version), BUILT_COMMIT: JSON.stringify(commit()) },
  banner: { js: 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [ownUrls(), notBeforeItIsUsed('node:crypto'), ...seldom.map(inItsOwnFile)],
});
for (const name of seldom) await bundle({ stdin: { contents: await everythingOf(name), resolveDir: root, sourcefile: `${name}.mjs` }, outfile: fileOf(name), outdir: undefined });
await build({ ...common, entryPoints: { start: 'lib/boot/start.ts', warm: 'lib/boot/warm.ts' } });

await cp(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(dist, 'sql-wasm.wasm'));
await writeFile(path.join(dist, 'third-party.md'), await notices(inputs, root));
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

/** `import.meta.url` as it would be with one file in dist/ for each in lib/: files of the package are found from there. */
function ownUrls() {
  return {
    name: 'own-urls',
    setup({ onLoad }) {
      onLoad({ filter: /\/lib\/.*\.ts$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const place = JSON.stringify(path.relative(path.join(root, 'lib'), file).replace(/\.ts$/, '.js'));
        return { contents: text.replaceAll('import.meta.url', `new URL(${place}, __bundleUrl).href`), loader: 'ts' };
      });
    },
  };
}

/** Re-exports a library; of undici the parts that lib/incus uses, which are a third of it. */
async function everythingOf(name) {
  const from = JSON.stringify(name === 'undici' ? './lib/build/undici.js' : name);
  const { hasDefault } = await exportsOf(name);
  return `export * from ${from};${hasDefault ? ` export { default } from ${from};` : ''}`;
}

async function exportsOf(name) {
  const keys = Object.keys(await import(name === 'undici' ? './undici.js' : name));
  return { names: keys.filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default'), hasDefault: keys.includes('default') };
}

function fileOf(name) {
  return path.join(dist, `library-${name}.cjs`);
}

/** Leaves a library out of the bundle, to be loaded from a file of its own by those runs that use it. */
function inItsOwnFile(name) {
  const filter = new RegExp(`^${name}$`);
  return {
    name: `in-its-own-file:${name}`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, () => ({ path: name, namespace: 'own-file' }));
      onResolve({ filter: /^\.\/library-/, namespace: 'own-file' }, ({ path: file }) => ({ path: file, external: true }));
      onLoad({ filter, namespace: 'own-file' }, async () => {
        const { names } = await exportsOf(name);
        return { contents: `const library = require('./${path.basename(fileOf(name))}'); export default library.default; export const { ${names.join(', ')} } = library;` };
      });
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
