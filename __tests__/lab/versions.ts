import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

import { run } from '../helpers/run.js';

/*
 * Which Incus the lab runs. Where they come from is in the script `install`; their numbers are what dpkg says,
 * because Debian moves on: `measured` is only what the expectations of the tests were last measured with.
 */
export const versions = {
  '6.0': { from: "the machine's own Debian", measured: '6.0.4' },
  '7.0': { from: "Debian's sid", measured: '7.0.2' },
  newest: { from: "Debian's experimental", measured: '7.5.1' },
} as const satisfies Record<string, { from: string; measured: string }>;

export type VersionName = keyof typeof versions;

/** An Incus that the lab can run. */
export interface Installed {
  name: VersionName;
  /** `7.0.2`, as its server and its client call themselves. */
  version: string;
  /** `7.0.2-3`, the version of the Debian package. */
  debian: string;
  /** PATH of all programs in the lab: this Incus and the Open vSwitch and OVN that it wants come first. */
  searchPath: string;
  /** Where the scripts and schemas of that Open vSwitch and OVN are; empty: where they always are. */
  share: string;
}

const script = fileURLToPath(new URL('install', import.meta.url));
const usualPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/libexec/incus', dirname(process.execPath)];

/** Where `install` unpacks what is not the machine's own. */
export const cache = process.env['INCUS_SAFENET_LAB_CACHE'] ?? '/var/cache/incus-safenet-lab';

/** The version that the run is about: $INCUS_SAFENET_LAB_VERSION, else 6.0. */
export function usualVersion(): VersionName {
  const name = process.env['INCUS_SAFENET_LAB_VERSION'] ?? '6.0';
  if (!isVersionName(name)) throw new Error(`INCUS_SAFENET_LAB_VERSION is "${name}", and not one of ${Object.keys(versions).join(', ')}`);
  return name;
}

/** Whether it is one of the names under which the lab knows a version. */
export function isVersionName(name: string): name is VersionName {
  return Object.hasOwn(versions, name);
}

const installations = new Map<VersionName, Promise<Installed>>();

/** Makes sure that an Incus is there, which takes minutes the first time. */
export function install(name: VersionName): Promise<Installed> {
  const known = installations.get(name) ?? installOnce(name);
  installations.set(name, known);
  return known;
}

const met = new Map<VersionName, Installed>();

/** Notes down that a server has answered as this version, for the line at the end of the file. */
export function meet(installed: Installed): void {
  met.set(installed.name, installed);
}

/** The versions that the tests of this file have talked to, one line each. */
export function metVersions(): string[] {
  return [...met.values()].map(({ name, version, debian }) => {
    const { from, measured } = versions[name];
    const news = version === measured ? '' : `; the expectations are those of ${measured}`;
    return `Incus ${version} (${name}: package ${debian} of ${from}${news})`;
  });
}

async function installOnce(name: VersionName): Promise<Installed> {
  await must([script, name]);
  const folder = name === '6.0' ? null : join(cache, name);
  const from = folder === null ? [] : [`--admindir=${folder}/root/var/lib/dpkg`];
  const debian = (await must(['dpkg-query', ...from, '--show', '--showformat', '${Version}', 'incus-base'])).trim();
  return {
    name,
    debian,
    version: debian.replace(/^\d+:/, '').replace(/[-+~].*$/, ''),
    searchPath: [...(folder === null ? [] : [join(folder, 'bin')]), ...usualPath].join(':'),
    share: folder === null ? '' : `${folder}/root/usr/share`,
  };
}

async function must(argv: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(argv, { timeout: 900_000 });
  if (status !== 0) throw new Error(stderr || stdout);
  return stdout;
}
