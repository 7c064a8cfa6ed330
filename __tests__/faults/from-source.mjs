/*
 * node --import <this file> bin/incus-safenet.js: the real programs, from lib/ as it is and not from a dist/ that may
 * be older.
 */
import { register } from 'node:module';

const distIsLib = `export const resolve = (specifier, context, next) => next(specifier.replace(/^\\.\\.\\/dist\\//, '../lib/'), context);`;
register('../lab/loader.mjs', import.meta.url);
register(`data:text/javascript,${encodeURIComponent(distIsLib)}`);
