/*
 * What a real Incus leaves behind when Debian's own packages purge it, on a copy of this machine: the root
 * file system as the lower layer of an overlay, entered with chroot in namespaces of its own. Beside Incus stand
 * bridges like those of Docker, libvirt and LXD, and a plain one.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { run } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import { enter, openMachines } from './namespaces.js';
import type { Machines } from './namespaces.js';

const script = (name: string): string => fileURLToPath(new URL(`../leftovers/${name}`, import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const safenetProgram = join(repository, 'bin', 'incus-safenet.js');

/** A machine with a root of its own, on which Incus is installed as a package. */
class Machine {
  private constructor(
    private readonly machines: Machines,
    private readonly inside: string[],
  ) {}

  static async open(): Promise<Machine> {
    const machines = await openMachines(1);
    try {
      const root = join(machines.folder, 'root');
      mkdirSync(root);
      const namespaces = enter(machines.pids.get('node1') ?? 0);
      const machine = new Machine(machines, [...namespaces, 'chroot', join(root, 'merged')]);
      machine.must(await run([...namespaces, 'bash', script('copy-of-root.sh'), root, repository, dirname(process.execPath)]), 'copy-of-root.sh');
      return machine;
    } catch (error) {
      await machines.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.machines.close();
  }

  /** Runs a script and gives its output; fails where it fails. */
  async sh(text: string): Promise<string> {
    return this.must(await this.exec(['bash', '-euc', text]), text).stdout;
  }

  safenet(...args: string[]): Promise<Run> {
    return this.exec([process.execPath, safenetProgram, ...args]);
  }

  async findings(...args: string[]): Promise<{ kind: string; network: string | null; fix: string; evidence: string }[]> {
    const { stdout, stderr } = await this.safenet('doctor', '--host', '--format', 'json', ...args);
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { findings: { kind: string; network: string | null; fix: string; evidence: string }[] }).findings;
  }

  /** All that stands beside Incus: interfaces with their addresses, dnsmasq processes, firewall. */
  async neighbours(): Promise<{ interfaces: string[]; dnsmasqs: number; chains: string[] }> {
    const links = JSON.parse(await this.sh('ip -json address show')) as { ifname: string; addr_info: { local: string }[] }[];
    const ruleset = JSON.parse(await this.sh('nft --json list chains')) as { nftables: { chain?: { table: string; name: string } }[] };
    return {
      interfaces: links.map(({ ifname, addr_info: addresses }) => `${ifname} ${addresses.find(({ local }) => !local.startsWith('fe80:'))?.local ?? '-'}`).filter((name) => !/^(lo|incusbr0|plain0) /.test(name)),
      dnsmasqs: Number(await this.sh('pgrep -c dnsmasq || true')),
      chains: ruleset.nftables.flatMap(({ chain }) => (chain === undefined || chain.table === 'incus' || chain.name.startsWith('incus_') ? [] : `${chain.table} ${chain.name}`)).sort(),
    };
  }

  /** As somebody types it: goes on after a command that fails. */
  terminal(text: string): Promise<Run> {
    return this.exec(['bash', '-c', `incus-safenet() { '${process.execPath}' '${safenetProgram}' "$@"; }\n${text}`]);
  }

  private exec(argv: string[]): Promise<Run> {
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec/incus', HOME: '/root', LANG: 'C.UTF-8', INCUS_CONF: '/tmp/incus-conf' };
    return run([...this.inside, 'env', '-i', ...Object.entries(env).map(([key, value]) => `${key}=${value}`), ...argv], { timeout: 120_000 });
  }

  private must(result: Run, what: string): Run {
    if (result.status !== 0) throw new Error(`${what}: ${result.stderr}${result.stdout}`);
    return result;
  }
}

const standing = ['docker0 172.17.0.1', 'virbr0 192.168.122.1', 'lxdbr0 10.5.5.1', 'br0 -'];
const chains = ['filter DOCKER', 'filter FORWARD', 'nat DOCKER', 'nat POSTROUTING'];

const purge = 'DEBIAN_FRONTEND=noninteractive apt-get -y -q purge incus-base </dev/null >/tmp/purge.log 2>&1';

/** incusd with two bridges, one without addresses, and its neighbours. */
async function openMachine(): Promise<Machine> {
  const machine = await Machine.open();
  await machine.sh('setsid incusd --group root >/tmp/incusd.log 2>&1 </dev/null & echo $! >/tmp/incusd.pid; incusd waitready --timeout 60');
  await machine.sh('mkdir -p /tmp/incus-conf; echo "{}" >/tmp/incus-conf/config.yml; incus network create incusbr0 </dev/null; incus network create plain0 ipv4.address=none ipv6.address=none </dev/null');
  await machine.sh(`bash ${script('neighbours.sh')}`);
  return machine;
}

describe('a machine on which Incus runs', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await openMachine();
  }, 180_000);
  afterAll(() => machine.close());

  it('has no leftovers as long as records explain everything', async () => {
    const { status, stdout } = await machine.safenet('doctor', '--host');

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Nothing found: a record explains all that Incus has on this machine.\n' });
  });

  it('names what an uninstall would leave, in the order in which to remove it, and nothing once that was done', async () => {
    await machine.sh('incus profile device add default eth0 nic network=incusbr0');
    const before = await machine.findings('--before-uninstall');

    expect(before.map(({ fix }) => fix)).toEqual(['incus profile device remove default eth0', 'incus network delete incusbr0', 'incus network delete plain0']);
    await machine.sh('incus profile device remove default eth0');
    await expect(machine.findings('--before-uninstall')).resolves.toHaveLength(2);
  });

  it('has leftovers of networks whose records are gone, which repair removes while the others go on', async () => {
    await machine.sh('incus network create other0 </dev/null; incus admin sql global "DELETE FROM networks WHERE name IN (\'incusbr0\', \'plain0\')"');

    const found = await machine.findings();
    const repaired = await machine.safenet('repair', '--host', '--yes');

    expect(found.map(({ kind, network }) => `${kind} ${network}`)).toEqual([
      'orphan-interface incusbr0',
      'orphan-interface plain0',
      'orphan-dnsmasq incusbr0',
      'orphan-firewall incusbr0',
      'leftover-directory incusbr0',
      'leftover-directory plain0',
    ]);
    expect(repaired).toMatchObject({ status: 0, stderr: '' });
    await expect(machine.findings()).resolves.toEqual([]);
    await expect(machine.sh('incus network list -f csv -c n; ls /var/lib/incus/networks; nft list table inet incus | grep -c other0')).resolves.toMatch(/other0[^]*other0\n[1-9]/);
    await expect(machine.neighbours()).resolves.toMatchObject({ interfaces: expect.arrayContaining(standing), dnsmasqs: 3, chains });
  });

  it('is not judged while Incus is only stopped', async () => {
    // What has been killed listens for a moment still.
    await machine.sh('kill -9 $(cat /tmp/incusd.pid); while grep -q " 00010000 .*/var/lib/incus/unix.socket$" /proc/net/unix; do sleep 0.05; done');
    const { status, stderr } = await machine.safenet('repair', '--host', '--yes');

    expect(status).toBe(1);
    expect(stderr).toContain('cannot tell leftovers from what Incus still needs');
    await expect(machine.sh('ip -br link show other0')).resolves.toContain('other0');
  });
});

describe('a machine on which Incus was purged while its bridge lived', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await openMachine();
    await machine.sh('kill -9 $(cat /tmp/incusd.pid)');
    // As a server with iptables leaves it: the xtables driver is not used where iptables is a shim.
    await machine.sh('iptables -N incus_nic_incusbr0; iptables -I FORWARD -i incusbr0 -m comment --comment "generated for Incus network incusbr0" -j incus_nic_incusbr0');
    await machine.sh(purge);
  }, 240_000);
  afterAll(() => machine.close());

  it('still has them, in the way of everybody', async () => {
    await expect(machine.sh('ip -br link show incusbr0; grep -c /var/lib/incus/ /proc/self/mountinfo; ls /var/lib/incus')).resolves.toMatch(/^incusbr0[^]*\n2\nguestapi\nshmounts\n$/);
  });

  it('has each of them named, and the bridge that nothing proves as well', async () => {
    const found = await machine.findings();
    const { status, stderr } = await machine.safenet('doctor', '--host');

    expect(found.map(({ kind, fix }) => [kind, fix.replace(/\d{2,}/, 'PID')])).toEqual([
      ['orphan-interface', 'ip link delete dev incusbr0'],
      ['orphan-dnsmasq', 'kill PID'],
      ['orphan-firewall', 'nft delete table inet incus'],
      ['orphan-firewall', expect.stringContaining("--comment 'generated for Incus network incusbr0'")],
      ['leftover-mount', 'umount /var/lib/incus/guestapi'],
      ['leftover-mount', 'umount /var/lib/incus/shmounts'],
      ['leftover-directory', 'find /var/lib/incus -xdev -depth -type d -empty -delete'],
      ['leftover-directory', 'rm --one-file-system -rf /run/incus'],
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('Not judged: bridge plain0 looks like one of Incus');
  });

  it('shows the plan and removes nothing without a yes', async () => {
    const dry = await machine.safenet('repair', '--host', '--dry-run');
    const refused = await machine.safenet('repair', '--host');

    expect(dry).toMatchObject({ status: 0, stdout: expect.stringContaining('nft delete table inet incus') });
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('not a terminal') });
    await expect(machine.findings()).resolves.toHaveLength(8);
  });

  it('keeps a bridge with a port, and what belongs to it, and says how to free it', async () => {
    await machine.sh('ip tuntap add dev tap0 mode tap; ip link set tap0 master incusbr0');

    const found = await machine.findings();

    expect(found.filter(({ evidence }) => evidence.includes('it has ports: tap0')).map(({ kind }) => kind)).toEqual(['orphan-interface', 'orphan-dnsmasq', 'orphan-firewall', 'orphan-firewall']);
    await machine.sh('ip link delete tap0');
  });

  it('is clean after one repair, with Docker\'s, libvirt\'s, LXD\'s and plain bridges where they were', async () => {
    const before = await machine.neighbours();

    const { status, stdout, stderr } = await machine.safenet('repair', '--host', '--yes');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.startsWith('Removed '))).toHaveLength(8);
    await expect(machine.neighbours()).resolves.toEqual({ ...before, dnsmasqs: before.dnsmasqs - 1 });
    expect(before).toMatchObject({ interfaces: expect.arrayContaining(standing), chains });
    await expect(machine.sh('ip -br link show incusbr0 2>&1 || true; nft list tables; grep /var/lib/incus/ /proc/self/mountinfo || true')).resolves.not.toMatch(/incusbr0 +[A-Z]|inet incus|shmounts|guestapi/);
  });

  it('has nothing left in a second run, and a second repair does nothing', async () => {
    await expect(machine.safenet('doctor', '--host')).resolves.toMatchObject({ status: 0, stdout: 'Nothing found: Incus left nothing on this machine.\n' });
    await expect(machine.safenet('repair', '--host', '--yes')).resolves.toMatchObject({ status: 0, stdout: 'Nothing to remove.\n' });
  });
});

describe('a machine on which Incus was purged and its daemon went on', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await openMachine();
    await machine.sh(purge);
  }, 240_000);
  afterAll(() => machine.close());

  it('is told so, and has the daemon stopped before the rest is removed', async () => {
    const { status, stderr } = await machine.safenet('doctor', '--host');
    const repaired = await machine.safenet('repair', '--host', '--yes');

    expect(status).toBe(2);
    expect(stderr).toContain("Still running: Incus's daemon, process ");
    expect(repaired).toMatchObject({ status: 0, stdout: expect.stringMatching(/Removed Incus's daemon[^]*Removed interface incusbr0/) });
    await expect(machine.sh('pgrep incusd || true')).resolves.toBe('');
    await expect(machine.safenet('doctor', '--host')).resolves.toMatchObject({ status: 0 });
    await expect(machine.neighbours()).resolves.toMatchObject({ interfaces: expect.arrayContaining(standing), dnsmasqs: 2, chains });
  });
});

describe('docs/runbooks/uninstall-incus.md', () => {
  const page = readFileSync(join(repository, 'docs', 'runbooks', 'uninstall-incus.md'), 'utf8');
  const [before = '', after = ''] = page.split('## When Incus is gone already');
  const commands = (part: string): string[] => [...part.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);

  it('leads from a server with a bridge in use to a machine without Incus', async () => {
    const machine = await openMachine();
    try {
      await machine.sh('incus profile device add default eth0 nic network=incusbr0');
      const said: string[] = [];
      for (const block of commands(before)) {
        // "Run them from the top to the bottom."
        for (const { fix } of said.at(-1)?.startsWith('Before the uninstall') ? await machine.findings('--before-uninstall') : []) await machine.sh(fix);
        said.push((await machine.terminal(block)).stdout);
      }

      expect(said).toHaveLength(6);
      expect(said[1]).toMatch(/^Before the uninstall, in this order:/);
      expect(said[2]).toMatch(/^Nothing found/);
      expect(said[5]).toMatch(/^Incus is gone, and left 2 things[^]*it is empty[^]*Removed folder \/run\/incus\nNothing found: Incus left nothing on this machine\.\n$/);
      await expect(machine.sh('ip -br link; ls /var/lib; pgrep -a incusd || true')).resolves.not.toMatch(/incus/);
    } finally {
      await machine.close();
    }
  }, 240_000);

  it('leads from a machine that was purged without care to one without leftovers', async () => {
    const machine = await openMachine();
    try {
      await machine.sh(purge);

      const { stdout, stderr } = await machine.terminal(commands(after).join('\n'));

      expect(stderr).toContain('Still running');
      expect(stdout).toMatch(/^Incus is gone, and left 7 things[^]*Removed folder \/run\/incus\nNothing found: Incus left nothing on this machine\.\n$/);
    } finally {
      await machine.close();
    }
  }, 240_000);
});
