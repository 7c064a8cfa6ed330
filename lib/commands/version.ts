import { readFile } from 'node:fs/promises';

/** `incus-safenet 0.1.0`, from the package.json that stands beside lib/ and dist/. */
export async function versionLine(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return `incus-safenet ${version}\n`;
}
