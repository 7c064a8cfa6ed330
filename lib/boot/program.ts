import { config } from 'zod';

// A program that parses a dozen answers is over before functions made for its schemas would pay.
config({ jitless: true });

/* All that a program needs of us, as one script in dist/ (lib/build/build.js). */
export { main } from '../main.js';
export { realWorld } from '../world.js';

/** A server to warm up on (warm.ts). */
export const startSandbox = async () => (await import('../sandbox/sandbox.js')).startSandbox;
