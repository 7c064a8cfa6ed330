import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packagesOf } from './notices.js';
import { root } from './bundle.js';

/**
 * The bill of materials, in CycloneDX: what npm says of the packages that these files are from, and Node itself.
 * @param {string[]} inputs
 * @param {string} nodeVersion `v20.20.0`
 */
export async function bill(inputs, nodeVersion) {
  const all = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: root, encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] }));
  const manifests = await Promise.all(packagesOf(inputs).map((folder) => readFile(path.join(root, folder, 'package.json'), 'utf8')));
  const bundled = new Set(manifests.map((text) => JSON.parse(text)).map(({ name, version }) => `${name}@${version}`));
  const components = all.components
    .filter((component) => bundled.has(component['bom-ref']))
    // npm marks what only the build installs; these are built in.
    .map(({ scope: _scope, properties: _properties, ...component }) => component);
  if (components.length !== bundled.size) throw new Error(`npm sbom knows ${components.length} of ${bundled.size} packages`);

  const version = nodeVersion.replace(/^v/, '');
  const node = {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    licenses: [{ license: { id: 'MIT' } }],
  };
  const known = new Set(components.map((component) => component['bom-ref']));
  const dependencies = all.dependencies.filter(({ ref }) => known.has(ref)).map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => known.has(on)) }));
  const self = { ref: all.metadata.component['bom-ref'], dependsOn: [...known, node['bom-ref']] };
  return `${JSON.stringify({ ...all, components: [node, ...components], dependencies: [self, ...dependencies] }, null, 2)}\n`;
}
