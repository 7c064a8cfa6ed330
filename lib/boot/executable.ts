import { createRequire } from 'node:module';
import path from 'node:path';
import { getRawAsset } from 'node:sea';
import { evaluate } from './load.js';
import type * as Program from './program.js';
import { run } from './run.js';

/*
 * The single executable: start.ts with the files of dist/ inside of it. The name that it is called by decides which of
 * the programs it is.
 */
const bytes = (name: string): Buffer => Buffer.from(getRawAsset(name) as ArrayBuffer);
const load = (text: string, name: string, cachedData?: Buffer): unknown =>
  evaluate(text, path.join(path.dirname(process.execPath), 'dist', name), requireHere, cachedData).exports;

const builtin = createRequire(process.execPath);

interface SqlJs {
  default(options?: object): unknown;
}

function requireHere(name: string): unknown {
  if (!name.startsWith('./')) return builtin(name);

  const library = load(`(function (exports, require, module, __filename, __dirname) {${bytes(path.basename(name)).toString('latin1')}\n})`, name);
  if (name !== './library-sql.js.cjs') return library;
  return { default: (options?: object) => (library as SqlJs).default({ ...options, wasmBinary: bytes('sql-wasm.wasm') }) };
}

const program = load(bytes('program.cjs').toString('latin1'), 'program.cjs', bytes('program.cache')) as typeof Program;
const name = path.basename(process.argv0) === 'incus-network-create' ? 'incus-network-create' : 'incus-safenet';
void run(name, {
  ...program,
  realWorld: async () => ({ ...(await program.realWorld()), packageFile: (file) => Promise.resolve(bytes(file).toString()) }),
});
