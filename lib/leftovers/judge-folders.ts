import path from 'node:path';
import { proofs, remedies, things, uses } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Case } from './case.js';
import { blockedBy, isExplained, unexplained } from './case.js';
import type { Folder } from './facts.js';
import { DEFAULT_FOLDER } from './facts.js';
import type { Leftover } from './finding.js';

/** What Incus writes for a network's dnsmasq (driver_bridge.go and internal/server/dnsmasq, 6.0.4 and 7.0.1). */
const NETWORK_FILES = ['dnsmasq.raw', 'dnsmasq.leases', 'dnsmasq.pid', 'dnsmasq.hosts'];

/** Folders: of networks without a record while Incus runs, and Incus's own once it is gone. */
export function judgeFolders(given: Case): Leftover[] {
  if (given.facts.incus.kind === 'running') return judgeNetworkFolders(given);
  const { incus, place, folders } = given.facts;
  // Debian's package ships these folders (incus-base.list, 6.0.4): where it is installed they are its own.
  if (incus.kind === 'gone' && incus.program !== null && place.folder === DEFAULT_FOLDER) return [];
  return folders.flatMap((folder) => judgeFolder(folder, given));
}

function judgeNetworkFolders({ facts, records, hold, kept }: Case): Leftover[] {
  return facts.networkFolders
    .filter(({ name }) => !isExplained(name, records))
    .map(({ name, files }) => {
      const folder = path.join(facts.place.folder, 'networks', name);
      const removal = ['rm', '--one-file-system', '-rf', folder];
      const foreign = files.filter((file) => !NETWORK_FILES.includes(file));
      const use = foreign.length > 0 ? uses.foreignFiles(foreign) : (kept.get(name) ?? null);
      return {
        key: `network folder ${name}`,
        kind: 'leftover-directory' as const,
        network: name,
        what: things.folder(folder),
        evidence: `${proofs.networkFolder}${unexplained(facts)}`,
        commands: [removal],
        ...blockedBy(hold, use, remedies.lookInto(shellLine(removal))),
      };
    });
}

function judgeFolder(folder: Folder, { facts, hold }: Case): Leftover[] {
  const { path: at, files, isMountPoint, isEmpty } = folder;
  if (isMountPoint && isEmpty) return [];

  // What is at runtime only is of no use to anybody once the daemon is gone; all the rest may be data.
  const isRuntime = at === facts.place.runFolder;
  const emptied = ['find', at, '-xdev', ...(isMountPoint ? ['-mindepth', '1'] : []), '-depth', '-type', 'd', '-empty', '-delete'];
  const removed = ['rm', '--one-file-system', '-rf', at];
  const data = isRuntime ? [] : files;
  return [
    {
      key: `folder ${at}`,
      kind: 'leftover-directory',
      network: '',
      what: things.folder(at),
      evidence: data.length === 0 ? `${isRuntime ? proofs.runtimeFolder : proofs.emptyFolder}${unexplained(facts)}` : proofs.data(data),
      commands: [isRuntime ? removed : emptied],
      ...blockedBy(hold, data.length === 0 ? null : uses.yourData, remedies.save(shellLine(removed))),
    },
  ];
}
