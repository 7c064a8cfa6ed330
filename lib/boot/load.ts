import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import type * as Program from './program.js';

/** The bundle, compiled. */
export interface Loaded {
  script: Script;
  program: typeof Program;
}

/** The bundle in its folder, and V8's code cache for it. */
export function bundleIn(folder: string): { file: string; cache: string } {
  return { file: path.join(folder, 'program.cjs'), cache: path.join(folder, 'program.cache') };
}

/**
 * Runs the bundle in a file. What the code cache holds V8 neither parses nor compiles, and that is most of the time
 * that a start takes (docs/performance.md). V8 itself refuses a cache that another V8 has made.
 */
export function loadProgram(file: string, cachedData?: Buffer): Loaded {
  // esbuild writes ASCII only; this is the encoding without a conversion.
  const { script, exports } = evaluate(readFileSync(file, 'latin1'), file, createRequire(file), cachedData);
  return { script, program: exports as typeof Program };
}

/** Runs the text of a CommonJS module in its function (lib/build/bundle.js): put around it here, it would be copied twice. */
export function evaluate(source: string, file: string, require: (name: string) => unknown, cachedData?: Buffer): { script: Script; exports: unknown } {
  const script = new Script(source, {
    filename: file,
    ...(cachedData !== undefined && { cachedData }),
  });
  const module = { exports: {} };
  (script.runInThisContext() as ModuleFunction)(module.exports, require, module, file, path.dirname(file));
  return { script, exports: module.exports };
}

type ModuleFunction = (exports: unknown, require: (name: string) => unknown, module: { exports: unknown }, file: string, folder: string) => void;

/** Undefined where there is none. */
export function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
