import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Folders of the packages that these files are from. */
export function packagesOf(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  return [...folders].sort();
}

/**
 * Name, version and licence text of every package that has a file among `inputs`.
 * @param {string[]} inputs files of the bundle, relative to `root`
 * @param {string} root
 */
export async function notices(inputs, root) {
  const sections = await Promise.all(packagesOf(inputs).map((folder) => section(path.join(root, folder))));
  return `# Third-party software in this package\n\n${sections.join('\n')}`;
}

async function section(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} does not say its licence`);

  const file = (await readdir(folder)).find((candidate) => /^(licen[cs]e|copying)/i.test(candidate));
  const text = file === undefined ? '' : `\n${(await readFile(path.join(folder, file), 'utf8')).trim().replace(/^/gm, '    ')}\n`;
  return `## ${name} ${version}: ${license}\n${text}`;
}
