import type { NetworkKey } from '../incus/networks.js';
import type { Survey } from './survey.js';
import { recordNames } from './survey.js';
import type { UnfinishedRow } from './unfinished-rows.js';

/** A record that did not look sound at the first look. It may be somebody's create that is still running. */
export interface Suspect extends NetworkKey {
  /** How it looked, in a form that can be compared: `Hidden`, or the status with the members' states. */
  firstLook: string;
}

/** Records that the server cannot load, or that are not Created everywhere. */
export function suspects({ projects, networks, rows, server }: Survey): Suspect[] {
  const loaded = new Map(networks.map((network) => [keyText(network), network]));
  const unfinished = new Map((rows.kind === 'known' ? rows.value : []).map((row) => [keyText({ project: row.project, network: row.name }), row]));

  const hidden = projects
    .flatMap((project) => recordNames(project).map((network) => ({ project: project.name, network })))
    // A network that appeared between the two lists shows at the second look.
    .filter((key) => !loaded.has(keyText(key)))
    .map((key) => ({ ...key, firstLook: HIDDEN }));
  const visible = networks
    .filter((network) => unfinished.has(keyText(network)) || isHalfMadeStatus(network.status, server.clustered))
    .map((network) => ({ project: network.project, network: network.network, firstLook: lookText(network.status, unfinished.get(keyText(network))) }));

  return [...hidden, ...visible];
}

export const HIDDEN = 'Hidden';

/** A look as text; the members' states are in it where the database told them. */
export function lookText(status: string, row: UnfinishedRow | undefined): string {
  return JSON.stringify([status, row?.state ?? null, row?.members.map(({ nodeId, state }) => [nodeId, state]) ?? null]);
}

export function keyText({ project, network }: NetworkKey): string {
  return JSON.stringify([project, network]);
}

/**
 * `Unavailable` is a network that could not be started here after a boot: its record is sound
 * (LocalStatus, internal/server/network/driver_common.go, 6.0.4).
 */
function isHalfMadeStatus(status: string, isClustered: boolean): boolean {
  return status === 'Pending' || status === 'Errored' || (status === 'Unknown' && !isClustered);
}
