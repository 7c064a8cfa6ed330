import { list, quotedList } from './grammar.js';
import type { Complaint } from './values.js';

export const configKeys = {
  foreignType: 'the keys of an unknown type are not known either',
  notTold: 'cannot tell which keys the network may have: the project, and so the type, cannot be read',
  allKnown: (type: string) => `every key is one of type "${type}"`,
  none: 'no config keys were given',
  stranger: (type: string, keys: readonly string[]) => `type "${type}" has no config ${keys.length === 1 ? 'key' : 'keys'} ${quotedList(keys)}`,
  strangerUnknown: (type: string, keys: readonly string[], reason: string) => `cannot tell whether type "${type}" has ${quotedList(keys)}: ${reason}`,
  didYouMean: (key: string) => `did you mean ${key}?`,
  leaveOut: (key: string) => `leave ${key} out, or keep it as user.${key}`,
  givenTwice: (key: string, member: string, values: readonly string[]) =>
    `"${key}" is given more than once for member "${member}": ${list(values.map((value) => JSON.stringify(value)))}`,
  onceFix: (key: string, member: string) => `give --member-config ${member}:${key}=… once`,
  notPerMember: (key: string, member: string) => `"${key}" is the same on every member, so it cannot be set for member "${member}"`,
  notPerMemberFix: (pair: string) => `give ${pair} without --member-config`,
  notWithTarget: (keys: readonly string[]) => `${quotedList(keys)} cannot be set for one member with --target`,
  ovnPerMember: 'an ovn network has no config of single members',
  perMember: (keys: readonly string[]) => `${quotedList(keys)} ${keys.length === 1 ? 'is' : 'are'} set per cluster member, not for the network as a whole`,
  unlessAlone: (detail: string) => `${detail}, unless the cluster has a single member`,
  noParent: (type: string) => `type "${type}" needs the config key "parent"`,
  parentFix: (command: string) => `name an interface of the host: ${command}`,
  onEveryMember: (detail: string) => `${detail} on every member, or the create that follows fails`,
  onMembers: (detail: string, members: readonly string[]) => `${detail} on ${list(members)}`,
  parentsFix: (flags: readonly string[]) => `name an interface of each: ${flags.join(' ')}`,
};

export const configValues = {
  none: 'no config was given',
  foreignType: 'the values of an unknown type are not known either',
  notTold: 'cannot tell which values are valid: the project, and so the type, cannot be read',
  onMember: (member: string) => ` on member "${member}"`,
  wrong: (key: string, value: string, where: string, { says }: Complaint) => `${key}=${value}${where} ${says}`,
  wrongFix: (key: string, { give }: Complaint) => `give ${key} ${give}`,
  several: (sentences: readonly string[]) => sentences.join('; '),
  allFine: 'every value is one that the server takes',

  tunnelName: (key: string): Complaint => ({ says: `"${key}": the names of the network and of the tunnel are too long together`, give: 'shorten one of the two names' }),
  sharedMac: { says: 'bridge.hwaddr cannot be set for a bridge with external interfaces and no address', give: 'leave bridge.hwaddr out' },
  rangesBeside4: { says: 'ipv4.ovn.ranges needs ipv4.dhcp.ranges beside it while DHCP is on', give: 'add ipv4.dhcp.ranges, or ipv4.dhcp=false' },
  rangesBeside6: { says: 'ipv6.ovn.ranges needs ipv6.dhcp.ranges beside it while stateful DHCP is on', give: 'add ipv6.dhcp.ranges' },
  smallSubnet6: (given: string, subnet: string): Complaint => ({
    says: `ipv6.address=${given} is smaller than the /64 that an ovn network needs`,
    give: `use ipv6.address=${subnet}`,
  }),
  noSubnet: { says: 'an ovn network with an uplink needs an IPv4 or IPv6 subnet', give: 'leave out ipv4.address=none or ipv6.address=none, or use network=none' },
  l3only: { says: 'ipv6.l3only needs ipv6.dhcp.stateful while IPv6 DHCP is on', give: 'add ipv6.dhcp.stateful=true, or ipv6.dhcp=false' },
  rangesWithoutDhcp: { says: 'ipv4.dhcp.ranges cannot be used with ipv4.dhcp=false', give: 'leave ipv4.dhcp.ranges out' },
  reserved: (given: string): Complaint => ({ says: `ipv4.address=${given} is the last of its subnet, which is reserved`, give: 'use another address of the subnet' }),
  outside: (key: string, range: string, subnet: string): Complaint => ({
    says: `${key}: ${range} is not a range within ${subnet}`,
    give: `use addresses of ${subnet}, the lower one first`,
  }),
  overlap: (family: 4 | 6): Complaint => ({ says: `ipv${family}.ovn.ranges and ipv${family}.dhcp.ranges overlap`, give: 'keep the two apart' }),

  noAcl: (names: readonly string[], create: string): Complaint => ({
    says: `security.acls names ${quotedList(names)}, and the project has no such ${names.length === 1 ? 'ACL' : 'ACLs'}`,
    give: `create it first: ${create}`,
  }),
  aclTwice: (name: string): Complaint => ({ says: `security.acls names "${name}" more than once`, give: 'name each ACL once' }),
  oneZone: (key: string): Complaint => ({ says: `${key} takes a single zone`, give: `give one zone as ${key}` }),
  noZone: (key: string, names: readonly string[], create: string): Complaint => ({
    says: `${key} names ${quotedList(names)}, and there is no such zone`,
    give: `create it first: ${create}`,
  }),
};

export const subnetFree = {
  notAsked: 'no subnet was given, so the server takes one that is free',
  noneOfItsOwn: (type: string) => `a network of type "${type}" has no subnet of its own`,
  unreadable: 'cannot tell whether the subnet is free: the other networks cannot be read',
  clashes: (clashes: readonly string[]) => clashes.join('; '),
  chooseFix: 'choose another subnet, or "auto" to have one chosen',
  isFree: (subnets: readonly string[]) => `${subnets.join(' and ')} ${subnets.length > 1 ? 'are' : 'is'} free`,
  overlaps: (subnet: string, theirs: string, type: string, name: string) => `${subnet} overlaps with ${theirs} of ${type} network "${name}"`,
  holdsRange: (subnet: string, key: string, range: string, uplink: string) => `${subnet} holds addresses of ${key} ${range} of uplink network "${uplink}"`,
  holdsAddress: (subnet: string, address: string, whose: string) => `${subnet} holds ${address}, an address of ${whose}`,
  ofMember: (name: string) => `member "${name}"`,
  ofServer: 'the server',
};
