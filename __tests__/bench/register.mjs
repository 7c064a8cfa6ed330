/* Lets plain node run TypeScript: node --import ./__tests__/bench/register.mjs <file>.ts */
import { register } from 'node:module';

register('../lab/loader.mjs', import.meta.url);
