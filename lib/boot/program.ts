import type { World } from '../world.js';

/* All that a program needs of us, as one script in dist/ (lib/build/build.js). */
export { main } from '../main.js';
export { quickAnswer } from '../quick.js';

export async function realWorld(): Promise<World> {
  return (await import('../world.js')).realWorld();
}

/** A server to warm up on (warm.ts). */
export const startSandbox = async () => (await import('../sandbox/sandbox.js')).startSandbox;
