import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

/** Libraries that a create does not use. `yaml` is in the bundle, and so in its code cache: a create reads config.yml. */
const seldom = ['undici', 'openid-client', 'yargs', 'prompts', 'ora', 'sql.js'];

/** Modules of Node that a refusal does not use. */
const seldomOfNode = ['node:child_process', 'node:crypto', 'node:dns/promises', 'node:fs/promises', 'node:timers/promises', 'node:tls'];

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // Names stay, so that a stack trace in a bug report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** What Node itself puts around a CommonJS module, and lib/boot/load.ts does not. */
const MODULE = '(function (exports, require, module, __filename, __dirname) {';

/**
 * Writes program.cjs, the libraries and the scripts of lib/boot that are named; resolves to the source files of it all.
 * @param {string} dist
 * @param {{ boot: string[], replace?: Record<string, string> }} options `replace`: files of lib/ that others stand in for
 * @returns {Promise<string[]>}
 */
export async function bundle(dist, { boot, replace = {} }) {
  const plugins = [ownUrls(replace), ...seldomOfNode.map(notBeforeItIsUsed), ...seldom.map(inItsOwnFile)];
  const built = [
    await build({
      ...common,
      entryPoints: ['lib/boot/program.ts'],
      outfile: path.join(dist, 'program.cjs'),
      define: { BUILT_VERSION: JSON.stringify(version), BUILT_COMMIT: JSON.stringify(commit()) },
      banner: { js: `${MODULE}const __bundleUrl = require("node:url").pathToFileURL(__filename).href;` },
      footer: { js: '})' },
      plugins,
    }),
  ];
  for (const name of seldom) {
    const stdin = { contents: await everythingOf(name), resolveDir: root, sourcefile: `${name}.mjs` };
    built.push(await build({ ...common, stdin, outfile: path.join(dist, fileOf(name)) }));
  }
  for (const name of boot) built.push(await build({ ...common, entryPoints: [`lib/boot/${name}.ts`], outfile: path.join(dist, `${name}.cjs`) }));
  return built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

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
function ownUrls(replace) {
  return {
    name: 'own-urls',
    setup({ onLoad }) {
      onLoad({ filter: /\/lib\/.*\.ts$/ }, async ({ path: file }) => {
        const stand = replace[path.relative(root, file)];
        const text = await readFile(stand === undefined ? file : path.join(root, stand), 'utf8');
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
  return `library-${name}.cjs`;
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
        return { contents: `const library = require('./${fileOf(name)}'); export default library.default; export const { ${names.join(', ')} } = library;` };
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
