import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../helpers/run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'install-'));
const prefix = join(folder, 'prefix');
const npm = (...argv: string[]) => run(['npm', ...argv, '--cache', join(folder, 'cache'), '--offline'], { cwd: root, timeout: 120_000 });
const safenet = (...argv: string[]) => run([join(prefix, 'bin', 'incus-safenet'), ...argv], { cwd: folder });

let files: string[] = [];
let archive = '';

beforeAll(async () => {
  // What is built is packed, as it stands in dist/.
  const packed = await npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename, files: listed }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  archive = join(folder, filename);
  files = listed.map(({ path }) => path);
  const installed = await npm('install', '--global', '--prefix', prefix, archive);
  if (installed.status !== 0) throw new Error(installed.stderr);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds programs and documents, and nothing of the development', () => {
    expect(files.filter((file) => !/^(bin|dist|docs)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.ts$|test|node_modules/.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['dist/program.cjs', 'dist/third-party.md', 'docs/checks.md', 'docs/man/incus-safenet-create.1']));
  });

  // It is read as Latin-1 (lib/boot/load.ts), and esbuild leaves regular expressions as they are written.
  it('has nothing but ASCII in its scripts', () => {
    const scripts = files.filter((file) => file.startsWith('dist/') && file.endsWith('.cjs'));

    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((file) => /\P{ASCII}/u.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it('installs without a registry', () => {
    const { dependencies } = JSON.parse(readFileSync(join(prefix, 'lib/node_modules/incus-safenet/package.json'), 'utf8')) as { dependencies?: object };

    expect(dependencies).toBeUndefined();
    expect(existsSync(join(prefix, 'lib/node_modules/incus-safenet/node_modules'))).toBe(false);
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

    expect((await safenet('--version')).stdout).toMatch(new RegExp(`^incus-safenet ${version}( \\([0-9a-f]{12}(-dirty)?\\))?\n$`));
  });

  it('shows the demo, with the database that it brings along', async () => {
    const { status, stdout } = await safenet('demo');

    expect(status).toBe(0);
    expect(stdout).toContain('Network test created');
  });

  it('finds its documents and its programs', async () => {
    expect((await safenet('explain', 'name-free')).stdout).toContain('name-free');
    expect((await safenet('shell-init', 'bash')).stdout).toContain(join(prefix, 'lib/node_modules/incus-safenet/bin/incus-network-create.js'));
  });

  it('is gone when it is uninstalled', async () => {
    const { status } = await npm('uninstall', '--global', '--prefix', prefix, 'incus-safenet');

    expect(status).toBe(0);
    expect(readdirSync(join(prefix, 'bin'))).toEqual([]);
    expect(existsSync(join(prefix, 'lib/node_modules/incus-safenet'))).toBe(false);
  });
});
