import { proofs, remedies, things, uses } from '../words/leftovers.js';
import { shellLine } from '../words/shell.js';
import type { Case } from './case.js';
import { blockedBy } from './case.js';
import type { LxcfsMount, Mount } from './facts.js';
import type { Leftover } from './finding.js';

/** What the daemon mounts for itself: cmd/incusd/daemon.go (shmounts, guestapi: 6.0.4 and 7.0.1; devices: 7.0.1). */
const OWN = ['shmounts', 'guestapi', 'devices'];

/** Mounts under Incus's folder, once Incus is gone; the last one made comes first. */
export function judgeMounts({ facts, hold }: Case): Leftover[] {
  if (facts.incus.kind !== 'gone') return [];
  const { mounts, place } = facts;

  return [
    ...mounts.map((mount, index) => judgeMount(mount, mounts.slice(0, index), place.realFolder, hold)).reverse(),
    ...facts.lxcfs.flatMap((mount) => judgeLxcfs(mount, hold)),
  ];
}

function judgeMount({ path, type }: Mount, before: Mount[], folder: string, hold: Case['hold']): Leftover {
  const [top = '', ...deeper] = path.slice(folder.length + 1).split('/');
  const isOwn = OWN.includes(top) && (deeper.length > 0 || type === 'tmpfs');
  const level = before.filter((mount) => mount.path === path).length;
  return {
    key: `mount ${path} ${level}`,
    kind: 'leftover-mount',
    network: '',
    what: things.mount(path),
    evidence: isOwn ? proofs.ownMount(type) : proofs.strangeMount(type),
    commands: [['umount', path]],
    ...blockedBy(hold, isOwn ? null : uses.onlyWay, remedies.save(shellLine(['umount', path]))),
  };
}

/**
 * lxcfs is a package and a daemon of its own, which LXC and LXD use too. Only a mount whose program is no
 * longer installed, and from which nobody reads, is left over.
 */
function judgeLxcfs({ path, hasProgram, usedAt }: LxcfsMount, hold: Case['hold']): Leftover[] {
  if (hasProgram) return [];
  return [
    {
      key: `lxcfs ${path}`,
      kind: 'leftover-mount',
      network: '',
      what: things.mount(path),
      evidence: proofs.lxcfs,
      commands: [['umount', path]],
      ...blockedBy(hold, usedAt === null ? null : uses.isRead(usedAt), remedies.stopContainer(shellLine(['umount', path]))),
    },
  ];
}
