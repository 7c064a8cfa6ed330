import * as z from '../zod.js';
import { OutcomeUnknownError, ServerError } from '../errors.js';
import { isNetworkAbsent } from './failures.js';
import { apiPath, nameInUrl, networkPath, networksPath } from './paths.js';
import type { IncusServer } from './server.js';
import { ClusterMember, InterfaceState, Network, Project } from './schemas.js';

/** A network as its project names it. */
export interface NetworkKey {
  /** The effective project. */
  project: string;
  network: string;
}

/**
 * The record or the unmanaged interface of that name; null where there is none.
 * @throws ServerError a record that the server cannot load, among others
 */
export async function readNetwork(server: IncusServer, { project, network }: NetworkKey, target?: string, options?: { timeout: number }): Promise<Network | null> {
  try {
    return await server.get(networkPath(network, { project, ...(target ? { target } : {}) }), Network, options);
  } catch (error) {
    if (isNetworkAbsent(error)) return null;
    throw error;
  }
}

/** Whether an interface of that name stands on the member, a network's own or not. */
export async function hasInterface(server: IncusServer, name: string, target: string | undefined, options?: { timeout: number }): Promise<boolean> {
  return (await readState(server, name, target, z.pipe(z.unknown(), z.transform(() => true)), options)) !== null;
}

/** The interface of that name on the member, a network's own or not; null where there is none. */
export function readInterface(server: IncusServer, name: string, target: string | undefined): Promise<InterfaceState | null> {
  return readState(server, name, target, InterfaceState);
}

/** Asked in the project `default`, whose names are those of the hosts' interfaces (networkStateGet, cmd/incusd/networks.go, 6.0.4). */
async function readState<T>(server: IncusServer, name: string, target: string | undefined, schema: z.ZodMiniType<T>, options?: { timeout: number }): Promise<T | null> {
  try {
    return await server.get(apiPath(['1.0', 'networks', name, 'state'], { project: 'default', target }), schema, options);
  } catch (error) {
    if (error instanceof ServerError && error.status === 404 && error.message.includes('not found')) return null;
    throw error;
  }
}

/** Names of the records in a project, hidden ones included; in `default` the host's interfaces are among them. */
export async function listNetworkNames(server: IncusServer, project: string): Promise<string[]> {
  const urls = await server.get(networksPath({ project }), z.array(z.string()));
  return urls.map(nameInUrl);
}

/** URLs of what stands in a project: what keeps it from being deleted. */
export async function readProjectUsers(server: IncusServer, project: string): Promise<string[]> {
  const { used_by: usedBy } = await server.get(apiPath(['1.0', 'projects', project]), Project);
  return usedBy ?? [];
}

/** Cluster members; an empty list on a server that is not clustered. */
export async function readMembers(server: IncusServer): Promise<ClusterMember[]> {
  try {
    return await server.get(apiPath(['1.0', 'cluster', 'members'], { recursion: '1' }), z.array(ClusterMember));
  } catch (error) {
    if (error instanceof ServerError && error.message === 'Server is not clustered') return [];
    throw error;
  }
}

/**
 * Deletes the record and what it made on every member: DELETE has no target (networkDelete, 6.0.4).
 * @throws OutcomeUnknownError, among others, where there is no answer after `timeout` milliseconds
 */
export async function deleteNetwork(server: IncusServer, { project, network }: NetworkKey, { timeout }: { timeout: number }): Promise<void> {
  await server.change('DELETE', networkPath(network, { project }), undefined, { timeout });
}

/**
 * Waits until the answering member makes no network: networksPost takes its lock before it looks at the
 * body, so a request without a name is refused only after the one before it has ended (cmd/incusd/networks.go,
 * 6.0.4 to 7.3). It can create nothing. Resolves to false where the lock is still held after `milliseconds`.
 */
export async function waitForCreateLock(server: IncusServer, project: string, milliseconds: number): Promise<boolean> {
  try {
    await server.change('POST', networksPath({ project }), { name: '' }, { timeout: milliseconds });
  } catch (error) {
    if (error instanceof ServerError) return true;
    if (error instanceof OutcomeUnknownError) return false;
    throw error;
  }
  return true;
}
