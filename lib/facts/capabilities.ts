import type { Facts } from './facts.js';

/*
 * What this server can do, told by its API extensions and never by its version number. Where no extension
 * marks a change, the last network extension before the release that has it stands for it.
 */

type WithServer = { server: Pick<Facts['server'], 'extensions'> };

/** Incus 7.0 or newer; of its network extensions the last one. Between 6.0 and 7.0 either answer is guarded for. */
export function isIncus7({ server }: WithServer): boolean {
  return server.extensions.includes('network_bridge_bgp_instances');
}

/** Whether the server is a feature release after 6.0, so that it may know keys that 6.0 did not. */
export function isAfterIncus60({ server }: WithServer): boolean {
  return server.extensions.includes('network_address_set');
}

/**
 * Whether the final create of a cluster sets the description. 6.0 takes it from the first definition and
 * drops it from the create; 7.0 takes it from the create and refuses it in a definition ("The network
 * description cannot be set for a specific member"; networksPost, 6.0.4 and 7.0.1). A server in between that
 * refuses does so before it writes anything, so that nothing is ever lost in silence.
 */
export function describesWithCreate(facts: WithServer): boolean {
  return isIncus7(facts);
}
