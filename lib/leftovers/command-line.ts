import path from 'node:path';

/*
 * What a command line says of Incus. Read from internal/server/network/driver_bridge.go (dnsmasq),
 * internal/server/instance/drivers/driver_qemu.go (QEMU) of 6.0.4 and 7.0.1, and from liblxc's monitor title.
 */

export interface DnsmasqArguments {
  interface: string;
  listens: string[];
  /** Null where --conf-file is not `<folder>/networks/<interface>/dnsmasq.raw`. */
  folder: string | null;
}

/** The dnsmasq that this command line starts; null for another program, or one without a single interface. */
export function dnsmasqOf(argv: readonly string[]): DnsmasqArguments | null {
  if (path.basename(argv[0] ?? '') !== 'dnsmasq') return null;
  const values = (name: string): string[] => argv.filter((word) => word.startsWith(`--${name}=`)).map((word) => word.slice(name.length + 3));

  const [name, another] = values('interface');
  if (name === undefined || another !== undefined) return null;

  const end = `/networks/${name}/dnsmasq.raw`;
  const [file = ''] = values('conf-file');
  return { interface: name, listens: values('listen-address'), folder: file.endsWith(end) ? file.slice(0, -end.length) : null };
}

/** The instance whose monitor or virtual machine this is, where it runs out of one of these folders. */
export function instanceOf(argv: readonly string[], { folder, runFolder }: { folder: string; runFolder: string }): string | null {
  // liblxc sets its title as one text: "[lxc monitor] <path of the containers> <name>".
  const monitor = /^\[lxc monitor\] (.+) (\S+)\s*$/.exec(argv.join(' ').trim());
  if (monitor?.[1] === path.join(folder, 'containers')) return monitor[2] ?? null;

  if (!path.basename(argv[0] ?? '').startsWith('qemu-system-')) return null;
  const config = argv.find((word) => word.startsWith(`${runFolder}/`) && word.endsWith('/qemu.conf'));
  return config === undefined ? null : path.basename(path.dirname(config));
}

/** The daemon itself, and none of its own helpers (`incusd forkproxy …`) or questions (`incusd waitready`). */
export function isDaemon(argv: readonly string[]): boolean {
  if (!isIncusd(path.basename(argv[0] ?? ''))) return false;
  const [first] = argv.slice(1);
  return first === undefined || first === '' || first.startsWith('-');
}

/** Its file name; NixOS puts a wrapper before it. */
export function isIncusd(program: string): boolean {
  return ['incusd', '.incusd-wrapped'].includes(program);
}
