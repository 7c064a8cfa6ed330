/*
 * npm run build:deb: the executable, out/incus-safenet_<version>_<architecture>.deb and out/SHA256SUMS. Needs dpkg-deb and
 * gzip.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root, version } from './bundle.js';
import './executable.js';
import { arch, out, runTarget } from './target.js';

const architecture = { x64: 'amd64', arm64: 'arm64' }[arch];
if (architecture === undefined) throw new Error(`no Debian architecture for ${arch}`);

const stage = path.join(out, 'stage');
await rm(stage, { recursive: true, force: true });

const executable = path.join(out, 'incus-safenet');
const said = (...args) => runTarget(executable, ...args).replaceAll(path.join(out, 'incus-'), '/usr/bin/incus-');
const put = async (file, text) => {
  await mkdir(path.dirname(path.join(stage, file)), { recursive: true });
  await writeFile(path.join(stage, file), text);
};
const link = async (file, target) => {
  await mkdir(path.dirname(path.join(stage, file)), { recursive: true });
  await symlink(target, path.join(stage, file));
};

await put('usr/bin/incus-safenet', '');
await copyFile(executable, path.join(stage, 'usr/bin/incus-safenet'));
await link('usr/bin/incus-network-create', 'incus-safenet');

for (const page of await readdir(path.join(root, 'docs/man'))) {
  await put(`usr/share/man/man1/${page}.gz`, execFileSync('gzip', ['-9nc', path.join(root, 'docs/man', page)]));
}
await put('usr/share/bash-completion/completions/incus-safenet', said('completion', 'bash'));
await link('usr/share/bash-completion/completions/incus-network-create', 'incus-safenet');
await put('usr/share/zsh/vendor-completions/_incus-safenet', said('completion', 'zsh'));
await put('usr/share/fish/vendor_completions.d/incus-safenet.fish', said('completion', 'fish'));
await link('usr/share/fish/vendor_completions.d/incus-network-create.fish', 'incus-safenet.fish');
for (const shell of ['bash', 'zsh', 'fish']) await put(`usr/share/incus-safenet/shell-init.${shell}`, said('shell-init', shell));

const doc = 'usr/share/doc/incus-safenet';
await put(`${doc}/copyright`, `${await readFile(path.join(root, 'LICENSE'), 'utf8')}\n${await readFile(path.join(out, 'third-party.md'), 'utf8')}`);
await put(`${doc}/sbom.cdx.json`, await readFile(path.join(out, 'sbom.cdx.json')));
await put(`${doc}/changelog.gz`, execFileSync('gzip', ['-9nc', path.join(root, 'CHANGELOG.md')]));
await put(
  `${doc}/README.Debian`,
  `Nothing is put in front of "incus" by installing this. Either of these does:

  . /usr/share/incus-safenet/shell-init.bash    in ~/.bashrc (.zsh and .fish are there too)
  incus-safenet alias install

Undo the second one with "incus-safenet alias remove" before you remove the package.
`,
);

await put(
  'DEBIAN/control',
  `Package: incus-safenet
Version: ${version}
Architecture: ${architecture}
Maintainer: incus-safenet maintainers <maintainers@users.noreply.example>
Section: admin
Priority: optional
Depends: libc6 (>= 2.28), libstdc++6 (>= 8), libgcc-s1
Suggests: incus | incus-client
Description: incus network create that checks before it creates
 A drop-in for "incus network create" which leaves nothing behind when the
 creation fails, and which finds and removes what earlier failures left.
`,
);
// A higher level would take ten times as long for an eighth less.
execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', stage, out], { stdio: ['ignore', 'ignore', 'inherit'] });
await rm(stage, { recursive: true });

const files = (await readdir(out, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS').map(({ name }) => name).sort();
const sums = await Promise.all(files.map(async (name) => `${createHash('sha256').update(await readFile(path.join(out, name))).digest('hex')}  ${name}\n`));
await writeFile(path.join(out, 'SHA256SUMS'), sums.join(''));
