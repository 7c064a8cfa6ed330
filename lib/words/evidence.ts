/*
 * What was seen of the server, as evidence inside of other sentences.
 */

export const evidence = {
  notClustered: 'the server is not clustered',
  notAsked: 'not asked',
  memberOffline: 'the member is Offline',
  integrationBridge: {
    isThere: (bridge: string) => `${bridge} is there`,
    isNone: (bridge: string) => `${bridge} is not an Open vSwitch bridge`,
    isAbsent: (bridge: string) => `no ${bridge}`,
    answers: (seen: string) => `${seen}, and Open vSwitch answers`,
    isLinuxBridge: (bridge: string) => `${bridge} is a Linux bridge, and Open vSwitch does not run`,
  },
  settings: {
    noRemote: 'no external_ids:ovn-remote, which says where the southbound database is',
    noEncapIp: 'no external_ids:ovn-encap-ip',
    strangeEncapIp: (address: string) => `no interface with the address ${address} of external_ids:ovn-encap-ip`,
  },
  databases: {
    otherMachine: 'the server is not on this machine',
    notLocal: (connection: string) => `${connection} is not a local socket`,
    noSocket: (path: string) => `no ${path}`,
    refused: (path: string) => `${path}: connection refused`,
    silent: (path: string, seconds: number) => `${path} did not answer within ${seconds} s`,
    closed: (path: string) => `${path} closed the connection`,
    northbound: 'the northbound database answers on this machine',
    notNorthbound: 'what listens at the northbound address is not OVN',
    notSouthbound: 'what listens at the southbound address is not OVN',
    networkLoads: (network: string) => `ovn network "${network}" loads`,
    unproven: 'no ovn network is there that would prove it',
  },
  interfaces: {
    notManaged: 'only an interface that Incus does not manage has that name',
    notListed: 'not in the list of networks',
    stoodBefore: 'it stood there before the definition was created',
    managed: 'a managed network',
    managedUnloadable: 'a managed network that cannot be loaded',
  },
  noAddress: 'not asked: no address is given',
  noLimit: 'not asked: the project has no limits.networks',
  noKey: 'not asked: no key to look up',
  noZones: 'the server does not list the zones of all projects',
  hiddenZones: 'zones of other projects may not be visible',
  noMetadata: 'the server does not describe its configuration',
  noMetadataOfType: (type: string) => `the server does not describe the keys of ${type} networks`,
};
