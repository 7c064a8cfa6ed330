import { definedPerMember, memberSpecificKeys, networkTypes, optionsOf } from './drivers.js';
import type { NetworkType } from './drivers.js';

type Keys = { keys: Record<string, { longdesc: string; scope?: string; shortdesc: string; type: string }>[] };

/** `GET /1.0/metadata/configuration`: 6.0.4 does not describe networks, 7.x lists the keys of every type. */
export function metadataConfiguration(withNetworks: boolean) {
  const configs: Record<string, Record<string, Keys>> = {
    network_zone: { common: keys(['dns.nameservers', 'network.nat', 'user.*']) },
    project: {
      features: keys(['features.networks', 'features.networks.zones', 'features.profiles', 'features.images']),
      limits: keys(['limits.networks']),
      restricted: keys([
        'restricted',
        'restricted.devices.nic',
        'restricted.networks.access',
        'restricted.networks.uplinks',
      ]),
    },
  };
  if (withNetworks) {
    for (const type of networkTypes) configs[`network_${type}`] = { common: networkKeys(type) };
  }
  return { configs };
}

function networkKeys(type: NetworkType): Keys {
  const named =
    type === 'bridge'
      ? [
          'tunnel.NAME.protocol',
          'tunnel.NAME.local',
          'tunnel.NAME.remote',
          'tunnel.NAME.interface',
          'bgp.peers.NAME.address',
          'bgp.peers.NAME.asn',
        ]
      : [];
  const names = [...Object.keys(optionsOf(type)).filter((key) => !key.startsWith('volatile.')), ...named, 'user.*'];
  return keys(names, (key) =>
    definedPerMember(type) && (memberSpecificKeys.includes(key) || /^tunnel\.NAME\.(local|interface)$/.test(key))
      ? 'local'
      : 'global',
  );
}

function keys(names: string[], scope?: (key: string) => string): Keys {
  return {
    keys: names.map((name) => ({
      [name]: { longdesc: '', ...(scope == null ? {} : { scope: scope(name) }), shortdesc: '', type: 'string' },
    })),
  };
}
