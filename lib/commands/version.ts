import { readFile } from 'node:fs/promises';

// Set by lib/build/build.js.
declare const BUILT_VERSION: string | undefined;
declare const BUILT_COMMIT: string | undefined;

/** `incus-safenet 0.1.0 (301894d6c1f2)`: the version and the commit that it was built from, where that is known. */
export async function versionLine(): Promise<string> {
  const version = typeof BUILT_VERSION === 'string' ? BUILT_VERSION : await sourceVersion();
  const commit = typeof BUILT_COMMIT === 'string' && BUILT_COMMIT !== '' ? ` (${BUILT_COMMIT})` : '';
  return `incus-safenet ${version}${commit}\n`;
}

/** Where the sources run as they are, in tests. */
async function sourceVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
