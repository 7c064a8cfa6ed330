import type { InterfaceState } from '../incus/schemas.js';

/** Whose an interface is that stands under a network's name. */
export type Maker = 'incus' | 'somebody-else' | 'unknown';

/** randomHwaddr (internal/server/network/network_utils.go, 6.0.4); a project of 7.0 may set another pattern. */
const INCUS_PREFIX = '10:66:6a:';

/**
 * What an interface shows of its maker. Incus makes a network's bridge together with its hardware address, and gives it
 * the network's own addresses then (setup in driver_bridge.go, 6.0.4 and 7.0.1).
 */
export function makerOf({ hwaddr, bridge, addresses }: InterfaceState, config: Record<string, string>): Maker {
  // A bridge of Open vSwitch is none of the kernel's.
  if (bridge == null && config['bridge.driver'] !== 'openvswitch') return 'somebody-else';

  const own = [config['ipv4.address'], config['ipv6.address']];
  const hasOwnAddress = (addresses ?? []).some(({ address, netmask }) => own.includes(`${address}/${netmask}`));
  const wanted = config['bridge.hwaddr']?.toLowerCase() || INCUS_PREFIX;
  return hasOwnAddress || hwaddr.startsWith(wanted) ? 'incus' : 'unknown';
}
