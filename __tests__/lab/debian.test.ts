import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';
import { cache } from './versions.js';

/*
 * A Debian 12 with nothing but apt in it, as debootstrap makes it, on a machine of the lab: the executable and the
 * Debian package, from installation to removal. Its /var/lib/incus is the server's own folder.
 */

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const out = path('out');
const root = mkdtempSync(join(tmpdir(), 'debian-'));
let lab: LabServer;

/** A command line in that Debian; what a shell makes of it. */
const inside = (line: string): Promise<Run> => lab.exec('node1', ['chroot', root, 'env', '-i', 'HOME=/root', 'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'bash', '-c', line]);

async function must(running: Promise<Run>): Promise<Run> {
  const done = await running;
  if (done.status !== 0) throw new Error(done.stderr + done.stdout);
  return done;
}

/** Every file, but what dpkg writes about its own work. */
async function files(): Promise<string[]> {
  const { stdout } = await must(inside('find / -xdev -not -path "/var/lib/dpkg/*" -not -path "/var/log/*" -not -path "/var/cache/*" | sort'));
  return stdout.trim().split('\n');
}

beforeAll(async () => {
  await must(run([path('__tests__/lab/install'), 'debian-12'], { timeout: 600_000 }));
  await must(run([execPath, path('lib/build/deb.js')], { timeout: 300_000 }));

  lab = await startLab({ members: 1, ovs: 'none' });
  await lab.createProject('own', true);
  const debian = join(cache, 'debian-12', 'root');
  // In the namespace of the machine, so that it is gone with it; what is written goes to memory.
  const mounts = `
    mount -t tmpfs tmpfs ${root}
    mkdir ${root}/upper ${root}/work ${root}/merged
    mount -t overlay overlay -o lowerdir=${debian},upperdir=${root}/upper,workdir=${root}/work ${root}/merged
    mount --move ${root}/merged ${root}
    mount -t proc proc ${root}/proc
    mount --rbind /dev ${root}/dev
    mkdir ${root}/var/lib/incus
    mount --bind "$INCUS_DIR" ${root}/var/lib/incus
    cp ${out}/incus-safenet_*.deb ${out}/incus-safenet ${root}/srv`;
  await must(lab.exec('node1', ['bash', '-ec', mounts]));
}, 900_000);

afterAll(async () => {
  await lab.stop();
  rmSync(root, { recursive: true, force: true });
}, 60_000);

describe('a Debian 12 without Node', () => {
  it('has no Node, and no program of ours', async () => {
    expect((await inside('type node nodejs incus-safenet incus')).status).toBe(1);
  });

  it('runs the executable, under both of its names', async () => {
    await must(inside('install /srv/incus-safenet /usr/local/bin && ln -s incus-safenet /usr/local/bin/incus-network-create'));

    expect(await inside('incus-network-create single --type=bridge')).toMatchObject({ status: 0, stdout: 'Network single created\n' });
    expect(await inside('incus-safenet create web --project=own')).toMatchObject({ status: 3, stdout: '' });
    expect((await inside('incus-safenet demo')).stdout).toContain('Network test created');
    expect((await inside('incus-safenet --version')).stdout).toMatch(/^incus-safenet \d+\.\d+\.\d+/);

    await must(inside('rm -r /usr/local/bin/incus-* /root/.local'));
    await lab.incus(['network', 'delete', 'single']);
  });

  it('installs the package, creates and refuses with it, and is without it again', async () => {
    const before = await files();

    await must(inside('dpkg -i /srv/incus-safenet_*.deb'));
    expect(await inside('incus-network-create packaged --type=bridge')).toMatchObject({ status: 0, stdout: 'Network packaged created\n' });
    const refusal = await inside('incus-safenet create web --project=own');
    expect(refusal).toMatchObject({ status: 3, stdout: '' });
    expect(refusal.stderr).toContain('ovn-available');

    // The manual, the completions and the shell function are where each program looks for its own.
    expect((await must(inside('zcat /usr/share/man/man1/incus-safenet-create.1.gz'))).stdout).toMatch(/^\.TH/m);
    await must(inside('cat /usr/share/zsh/vendor-completions/_incus-safenet /usr/share/fish/vendor_completions.d/incus-{safenet,network-create}.fish'));
    expect((await must(inside('. /usr/share/bash-completion/completions/incus-network-create && complete -p incus-network-create'))).stdout).toContain('complete');
    expect(await inside('. /usr/share/incus-safenet/shell-init.bash; incus --project own network create web')).toMatchObject({ status: 3, stdout: '' });

    await must(inside('dpkg --purge incus-safenet'));
    const state = (await files()).filter((file) => !before.includes(file));
    expect(state.length).toBeGreaterThan(0);
    expect(state.filter((file) => !/^\/root\/\.local(\/state(\/incus-safenet(\/journal)?)?)?$/.test(file))).toEqual([]);
    await lab.incus(['network', 'delete', 'packaged']);
  });

  it('has checksums that fit', async () => {
    expect((await must(run(['sha256sum', '--check', '--strict', 'SHA256SUMS'], { cwd: out }))).stdout).not.toContain('FAILED');
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['sbom.cdx.json', 'third-party.md', 'SHA256SUMS']));
  });
});
