import { describe, expect, it } from '@jest/globals';

import { findingsOf, fixOf } from '../../lib/leftovers/finding.js';
import type { Leftover } from '../../lib/leftovers/finding.js';
import { leftoversOf, suspectsOf } from '../../lib/leftovers/judge.js';
import { addFolder, addProcess, factsOf, recorded, recording, setInterface } from './recorded-machine.js';
import type { Recording } from './recorded-machine.js';

const look = async (machine: Recording): Promise<Leftover[]> => leftoversOf(await factsOf(machine), null);
const of = (leftovers: Leftover[], kind: Leftover['kind']): Leftover | undefined => leftovers.find((leftover) => leftover.kind === kind);
const dnsmasq = recorded('dnsmasq-incus.txt');

/** Without the process that proves it, as after a reboot or a first repair that was cut off. */
function withoutDnsmasq(machine = recording()): Recording {
  machine.folders.set('/proc', (machine.folders.get('/proc') ?? []).filter(({ name }) => name !== '70'));
  return machine;
}

describe('after an uninstall', () => {
  it('finds all that Incus left, in the order of removal, and nothing of Docker, libvirt, LXD or the user', async () => {
    const found = await look(recording());

    expect(found.map((leftover) => [leftover.kind, fixOf(leftover)])).toEqual([
      ['orphan-interface', 'ip link delete dev incusbr0'],
      ['orphan-dnsmasq', 'kill 70'],
      ['orphan-firewall', 'nft delete table inet incus'],
      ['leftover-mount', 'umount /var/lib/incus/guestapi'],
      ['leftover-mount', 'umount /var/lib/incus/shmounts'],
      ['leftover-directory', 'find /var/lib/incus -xdev -depth -type d -empty -delete'],
    ]);
  });

  it('reports a finding of doctor/1 that is about no remote and no project', async () => {
    const [first] = findingsOf(await look(recording()));

    expect(first).toEqual({
      kind: 'orphan-interface',
      severity: 'error',
      remote: '',
      project: null,
      network: 'incusbr0',
      evidence: "interface incusbr0: Incus's dnsmasq (process 70) serves it at 10.197.81.1",
      fix: 'ip link delete dev incusbr0',
    });
  });

  it('names a bridge that only looks like one of Incus, and never removes it', async () => {
    const facts = await factsOf(recording());

    expect(leftoversOf(facts, null).map(({ network }) => network)).not.toContain('barebr');
    expect(suspectsOf(facts)).toEqual(['bridge barebr looks like one of Incus (address 10:66:6a:c6:80:07), and nothing proves it']);
  });

  it('still knows a bridge by the rules that name it and its own address, once its dnsmasq is gone', async () => {
    expect(of(await look(withoutDnsmasq()), 'orphan-interface')).toMatchObject({ network: 'incusbr0', blocked: null });
  });

  it.each([
    ['its address came from a port', (machine: Recording) => machine.files.set('/sys/class/net/incusbr0/addr_assign_type', '2\n')],
    ['its address is of another kind', (machine: Recording) => setInterface(machine, 'incusbr0', { address: '52:54:00:11:22:33' })],
    ['the rules do not name it', (machine: Recording) => machine.programs.set('nft --json -nn list ruleset', recorded('nft.json').replaceAll('"right": "incusbr0"', '"right": "eth0"'))],
    ['it is no bridge', (machine: Recording) => setInterface(machine, 'incusbr0', { linkinfo: { info_kind: 'dummy' } })],
  ])('does not take an interface named in the rules for a bridge of Incus when %s', async (_, change) => {
    const machine = withoutDnsmasq();
    change(machine);

    expect(of(await look(machine), 'orphan-interface')).toBeUndefined();
  });

  it('does not remove a bridge that a dnsmasq of somebody else serves', async () => {
    const machine = recording();
    addProcess(machine, 300, dnsmasq.replaceAll('/var/lib/incus/', '/var/snap/lxd/common/lxd/'));

    const found = await look(machine);

    expect(of(found, 'orphan-interface')).toBeUndefined();
    expect(of(found, 'orphan-firewall')).toBeUndefined();
  });

  it.each([
    ['has a port', 'veth1', { master: 'incusbr0', linkinfo: { info_kind: 'veth' } }, 'it has ports: veth1'],
    ['has a dummy of another name', 'mtu', { master: 'incusbr0', linkinfo: { info_kind: 'dummy' } }, 'it has ports: mtu'],
    ['has a tunnel of another name', 'vx0', { master: 'incusbr0', linkinfo: { info_kind: 'vxlan' } }, 'it has ports: vx0'],
    ['carries a VLAN', 'incusbr0.5', { link: 'incusbr0', linkinfo: { info_kind: 'vlan' } }, 'other interfaces are built on it: incusbr0.5'],
  ])('keeps a bridge that %s, with its dnsmasq and its rules', async (_, name, link, reason) => {
    const machine = recording();
    setInterface(machine, name, link);

    const found = await look(machine);

    expect(of(found, 'orphan-interface')?.blocked).toBe(reason);
    expect(of(found, 'orphan-dnsmasq')?.blocked).toContain(reason);
    expect(of(found, 'orphan-firewall')?.blocked).toContain(reason);
    expect(of(found, 'leftover-mount')?.blocked).toBeNull();
  });

  it('removes the ports that Incus itself made together with the bridge', async () => {
    const machine = recording();
    setInterface(machine, 'incusbr0-mtu', { master: 'incusbr0', linkinfo: { info_kind: 'dummy' } });
    setInterface(machine, 'incusbr0-tun', { master: 'incusbr0', linkinfo: { info_kind: 'vxlan' } });

    expect(of(await look(machine), 'orphan-interface')?.commands.map((command) => command.at(-1))).toEqual(['incusbr0-mtu', 'incusbr0-tun', 'incusbr0']);
  });

  it('removes nothing while an instance still runs', async () => {
    const machine = recording();
    addProcess(machine, 400, '[lxc monitor] /var/lib/incus/containers web', { exe: '/opt/x/incusd (deleted)' });

    const found = await look(machine);

    expect(found).toHaveLength(6);
    expect(found.map(({ blocked }) => blocked)).toEqual(found.map(() => 'instance "web" still runs (process 400)'));
  });

  it('does not see processes of another network namespace', async () => {
    const machine = recording();
    addProcess(machine, 500, dnsmasq.replaceAll('incusbr0', 'docker0'), { net: 'net:[2]' });
    addProcess(machine, 501, '[lxc monitor] /var/lib/incus/containers nested', { net: 'net:[2]' });

    expect((await look(machine)).map(({ blocked, network }) => [blocked, network])).not.toContainEqual([expect.anything(), 'docker0']);
    expect(of(await look(machine), 'orphan-interface')?.blocked).toBeNull();
  });

  it('does not take another program for a dnsmasq', async () => {
    const machine = withoutDnsmasq();
    addProcess(machine, 600, dnsmasq, { exe: '/usr/bin/python3.11' });

    expect(of(await look(machine), 'orphan-dnsmasq')).toBeUndefined();
  });

  it('does not take a dnsmasq with several interfaces for one of Incus', async () => {
    const machine = withoutDnsmasq();
    addProcess(machine, 601, `${dnsmasq}--interface=eth0`);

    expect(of(await look(machine), 'orphan-dnsmasq')).toBeUndefined();
  });

  it('gives a dnsmasq another key when its process number was used again', async () => {
    const machine = recording();
    const [before] = (await look(machine)).filter(({ kind }) => kind === 'orphan-dnsmasq');
    machine.files.set('/proc/70/stat', `70 (name) S ${Array.from({ length: 18 }, () => '0').join(' ')} 9999 0`);

    expect(of(await look(machine), 'orphan-dnsmasq')?.key).not.toBe(before?.key);
  });

  it('looks for the things of $INCUS_DIR, and leaves those of /var/lib/incus alone', async () => {
    const machine = recording();
    machine.env = { INCUS_DIR: '/srv/incus/' };
    addProcess(machine, 700, dnsmasq.replaceAll('/var/lib/incus/', '/srv/incus/').replaceAll('incusbr0', 'br7'));

    const found = await look(machine);

    expect(found.map(fixOf)).toEqual(['kill 700']);
  });
});

describe('the firewall after an uninstall', () => {
  it("keeps a table that somebody else has put a chain into, and takes out Incus's chains", async () => {
    const machine = recording();
    const nft = JSON.parse(recorded('nft.json')) as { nftables: object[] };
    nft.nftables.push({ chain: { family: 'inet', table: 'incus', name: 'mine' } });
    machine.programs.set('nft --json -nn list ruleset', JSON.stringify(nft));

    const found = of(await look(machine), 'orphan-firewall');

    expect(found?.commands).toHaveLength(1);
    expect(found?.commands[0]?.[1]).toMatch(/^flush chain inet incus pstrt\.incusbr0; .*; delete chain inet incus out\.incusbr0$/);
    expect(found?.commands[0]?.[1]).not.toContain('mine');
  });

  it('removes the chain that others jump to last', async () => {
    const machine = recording();
    const chains = ['acl.incusbr0', 'aclin.incusbr0', 'mine'].map((name) => ({ chain: { family: 'inet', table: 'incus', name } }));
    machine.programs.set('nft --json -nn list ruleset', JSON.stringify({ nftables: [{ table: { family: 'inet', name: 'incus' } }, ...chains] }));

    expect(of(await look(machine), 'orphan-firewall')?.commands[0]?.[1]).toMatch(/delete chain inet incus aclin\.incusbr0; delete chain inet incus acl\.incusbr0$/);
  });

  it('takes out rules of iptables with the comment of Incus, word for word, and no other', async () => {
    const machine = recording();
    const rules = ['-A FORWARD -o incusbr0 -m comment --comment "generated for Incus network incusbr0" -j ACCEPT', '-A FORWARD -o br0 -m comment --comment "not for Incus network br0" -j ACCEPT'];
    machine.programs.set('iptables-save', ['*filter', ':incus_nic_incusbr0 - [0:0]', ...rules, 'COMMIT', ''].join('\n'));

    const found = (await look(machine)).find(({ what }) => what.startsWith('iptables'));

    expect(found?.commands.map((command) => command.join('|'))).toEqual([
      'iptables|-w|-t|filter|-D|FORWARD|-o|incusbr0|-m|comment|--comment|generated for Incus network incusbr0|-j|ACCEPT',
      'iptables|-w|-t|filter|-F|incus_nic_incusbr0',
      'iptables|-w|-t|filter|-X|incus_nic_incusbr0',
    ]);
    expect(found && fixOf(found)).toContain("--comment 'generated for Incus network incusbr0'");
  });

  it('leaves rules of iptables for a bridge that somebody else serves', async () => {
    const machine = recording();
    machine.programs.set('iptables-save', '*filter\n-A FORWARD -o lxdbr0 -m comment --comment "generated for Incus network lxdbr0" -j ACCEPT\nCOMMIT\n');

    expect((await look(machine)).filter(({ what }) => what.startsWith('iptables'))).toEqual([]);
  });

  it('leaves the shared tables alone beside another Incus, but for networks that were ours', async () => {
    const machine = withoutDnsmasq();
    addProcess(machine, 800, '/usr/libexec/incus/incusd', { exe: '/usr/libexec/incus/incusd', environ: 'INCUS_DIR=/srv/other\0' });

    const found = await look(machine);

    expect(of(found, 'orphan-firewall')).toBeUndefined();
    expect(of(found, 'orphan-interface')).toBeUndefined();
  });

  it('says that rules could not be read, where the program is there and fails', async () => {
    const machine = recording();
    machine.failures.set('iptables-save', 'Permission denied');
    machine.programs.delete('ip6tables-save');

    expect((await factsOf(machine)).unseen).toEqual(['iptables-save: Permission denied']);
  });
});

describe('mounts and folders after an uninstall', () => {
  it('never takes down a storage pool, and says how', async () => {
    const machine = recording();
    machine.files.set('/proc/self/mountinfo', `${recorded('mountinfo.txt')}300 272 0:9 / /var/lib/incus/storage-pools/default rw - btrfs /dev/loop0 rw\n`);

    const pool = (await look(machine)).find(({ what }) => what.endsWith('/default'));

    expect(pool).toMatchObject({ kind: 'leftover-mount', blocked: 'it may be the only way to the data on it' });
    expect(pool && findingsOf([pool])[0]).toMatchObject({ severity: 'warning', fix: 'save what you need of it, then: umount /var/lib/incus/storage-pools/default' });
  });

  it('takes the devices of Incus 7 for its own as a tmpfs, and not as another filesystem that somebody mounted there', async () => {
    const blocked = async (type: string): Promise<unknown> => {
      const machine = recording();
      machine.files.set('/proc/self/mountinfo', `${recorded('mountinfo.txt')}300 272 0:9 / /var/lib/incus/devices rw - ${type} source rw\n`);
      return (await look(machine)).find(({ what }) => what.endsWith('/devices'))?.blocked;
    };

    expect(await blocked('tmpfs')).toBeNull();
    expect(await blocked('ext4')).toBe('it may be the only way to the data on it');
  });

  it('empties a folder that is a mount of its own, and leaves the mount', async () => {
    const machine = recording();
    machine.files.set('/proc/self/mountinfo', '300 272 0:9 / /var/lib/incus rw - ext4 /dev/sdb1 rw\n');
    const full = await look(machine);
    addFolder(machine, '/var/lib/incus', {});
    const empty = await look(machine);

    expect(full.map(fixOf)).toContain('find /var/lib/incus -xdev -mindepth 1 -depth -type d -empty -delete');
    expect(empty.filter(({ kind }) => kind.startsWith('leftover'))).toEqual([]);
  });

  it('takes down what was mounted last first', async () => {
    const machine = recording();
    machine.files.set('/proc/self/mountinfo', `${recorded('mountinfo.txt')}300 272 0:9 / /var/lib/incus/shmounts/a\\040b rw - tmpfs tmpfs rw\n`);

    expect((await look(machine)).filter(({ kind }) => kind === 'leftover-mount').map(fixOf)).toEqual([
      "umount '/var/lib/incus/shmounts/a b'",
      'umount /var/lib/incus/guestapi',
      'umount /var/lib/incus/shmounts',
    ]);
  });

  it('never removes a folder with files in it', async () => {
    const machine = recording();
    addFolder(machine, '/var/lib/incus', { database: 'folder' });
    addFolder(machine, '/var/lib/incus/database', { 'local.db': 'other' });

    expect(of(await look(machine), 'leftover-directory')).toMatchObject({ evidence: 'it holds database/local.db', blocked: 'it may hold data of yours' });
  });

  it('does not count what lies in a mount among the files of the folder', async () => {
    const machine = recording();
    addFolder(machine, '/var/lib/incus/guestapi', { sock: 'socket' });

    expect(of(await look(machine), 'leftover-directory')?.blocked).toBeNull();
  });

  it('keeps lxcfs while it is installed or in use, and takes down one that nobody can serve any more', async () => {
    const machine = recording();
    const line = '310 272 0:77 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n';
    machine.files.set('/proc/self/mountinfo', recorded('mountinfo.txt') + line);
    const lxcfs = async (): Promise<Leftover | undefined> => (await look(machine)).find(({ what }) => what.includes('lxcfs'));

    const left = await lxcfs();
    machine.files.set('/proc/70/mountinfo', '311 1 0:77 /proc/uptime /proc/uptime rw - fuse.lxcfs lxcfs rw\n');
    const used = await lxcfs();
    machine.files.set('/usr/bin/lxcfs', '');
    const installed = await lxcfs();

    expect(left).toMatchObject({ blocked: null, commands: [['umount', '/var/lib/lxcfs']] });
    expect(used?.blocked).toBe('it is in use at /proc/uptime of process 70');
    expect(installed).toBeUndefined();
  });
});

describe('a daemon that outlived its program', () => {
  const incusd = { exe: '/usr/libexec/incus/incusd (deleted)' };

  it('is stopped before the rest is removed, and is no finding of its own', async () => {
    const machine = recording();
    addProcess(machine, 60, 'incusd\n--group\nincus-admin', incusd);

    const found = await look(machine);

    expect(found[0]).toMatchObject({ kind: 'daemon', commands: [['kill', '60']], blocked: null });
    expect(found).toHaveLength(7);
    expect(findingsOf(found)).toHaveLength(6);
  });

  it('is none while its database is there: it may be between two versions', async () => {
    const machine = recording();
    addProcess(machine, 60, 'incusd', incusd);
    addFolder(machine, '/var/lib/incus/database', {});

    expect((await factsOf(machine)).incus).toMatchObject({ kind: 'stopped', why: expect.stringContaining('process 60') });
  });
});

describe('an Incus that is stopped', () => {
  it.each([
    ['its program and its database are there', (machine: Recording) => void machine.files.set('/usr/libexec/incus/incusd', ''), /installed.*database/],
    ['its daemon runs and does not answer', (machine: Recording) => addProcess(machine, 900, 'incusd\n--group\nincus-admin', { exe: '/usr/libexec/incus/incusd' }), /does not answer/],
  ])('has left nothing when %s', async (_, change, why) => {
    const machine = recording();
    addFolder(machine, '/var/lib/incus', { database: 'folder' });
    addFolder(machine, '/var/lib/incus/database', {});
    change(machine);

    const facts = await factsOf(machine);

    expect(facts.incus).toMatchObject({ kind: 'stopped', why: expect.stringMatching(why) });
    expect(leftoversOf(facts, null)).toEqual([]);
  });

  it('is gone when its program is there and its folder was emptied, as by a purge and a new installation', async () => {
    const machine = recording();
    machine.files.set('/usr/libexec/incus/incusd', '');

    expect((await factsOf(machine)).incus.kind).toBe('gone');
  });

  it("does not have the folders removed that its package ships, but those of another $INCUS_DIR", async () => {
    const machine = recording();
    machine.files.set('/usr/libexec/incus/incusd', '');
    const shipped = (await look(machine)).map(({ kind }) => kind);
    machine.env = { INCUS_DIR: '/srv/incus' };
    addFolder(machine, '/srv/incus', {});
    const own = (await look(machine)).map(fixOf);

    expect(shipped).toContain('leftover-mount');
    expect(shipped).not.toContain('leftover-directory');
    expect(own).toEqual(['find /srv/incus -xdev -depth -type d -empty -delete']);
  });
});
