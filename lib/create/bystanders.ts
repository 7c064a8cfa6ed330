import type { NetworkKey } from '../incus/networks.js';
import { hasInterface, readMembers, readNetwork } from '../incus/networks.js';
import type { IncusServer } from '../incus/server.js';

/**
 * Members on which DELETE would destroy an interface that is not the network's: where a member has no
 * definition, the server takes any interface of that name for the network's and removes it (networkDelete
 * passes over a member only while its definition is Pending; measured on 6.0.4).
 */
export async function bystanders(server: IncusServer, key: NetworkKey): Promise<string[]> {
  const [network, members] = await Promise.all([readNetwork(server, key), readMembers(server)]);
  if (network?.type !== 'bridge') return [];

  const without = members.filter(({ server_name: name, status }) => status !== 'Offline' && !network.locations.includes(name));
  const found = await Promise.all(without.map(async ({ server_name: name }) => ((await hasInterface(server, key.network, name)) ? [name] : [])));
  return found.flat();
}
