/*
 * Lets plain node run the lab's TypeScript, outside of jest:
 * node --import 'data:text/javascript,import{register}from"node:module";register("<this file>")' <file>.ts
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { transform } from '@swc/core';

/** Imports are written with the name of the output, `./x.js`. */
export function resolve(specifier, context, next) {
  const source = specifier.startsWith('.') && new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
  return source && existsSync(source) ? { url: source.href, shortCircuit: true } : next(specifier, context);
}

/** Takes the types out. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);

  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
