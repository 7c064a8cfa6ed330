/** What is wrong with a value, and what to give in its place. */
export interface Complaint {
  says: string;
  give: string;
}

/** What is said of a value that does not follow its rule. */
export const values = {
  bool: { says: 'is not a boolean', give: 'true or false' },
  choice: (choices: readonly string[]): Complaint => ({ says: 'is not one of the choices', give: choices.join(', ') }),
  item: (item: string, { says, give }: Complaint): Complaint => ({ says: `has an item ${JSON.stringify(item)} that ${says}`, give: `a list of: ${give}` }),
  number: (says: string, from: number, to: number): Complaint => ({ says, give: `a number from ${from} to ${to}` }),
  integer: { says: 'is not a whole number', give: 'a whole number' },
  asNumber: 'is not an AS number',
  holdTime: 'is not a hold time in seconds',
  port: 'is not a port',
  ttl: 'is not a TTL',
  mtu: 'is not an MTU that works with IPv6',
  vlan: 'is not a VLAN id',
  mac: { says: 'is not a MAC address', give: 'six bytes with colons, as 10:66:6a:12:34:56' },
  interfaceName: { says: 'is not an interface name', give: '2 to 15 letters, digits, "-", "_" or "."' },
  duration: { says: 'is not a duration', give: 'a duration such as 1h or 30m' },
  address: { says: 'is not an IP address', give: 'an address without a prefix length' },
  address4: { says: 'is not an IPv4 address', give: 'an address such as 10.0.0.1' },
  address6: { says: 'is not an IPv6 address', give: 'an address such as fd42::1' },
  hostCidr: (family: 4 | 6): Complaint => ({ says: `is not an IPv${family} address with a prefix length`, give: values.exampleHost(family) }),
  exampleHost: (family: 4 | 6): string => `an address such as ${family === 4 ? '10.0.0.1/24' : 'fd42::1/64'}`,
  notAHost: (give: string): Complaint => ({ says: 'is the address of the subnet, not of a host in it', give }),
  subnet: (family: 4 | 6): Complaint => ({ says: `is not an IPv${family} subnet`, give: family === 4 ? '10.0.0.0/24' : 'fd42::/64' }),
  hostBits: (give: string): Complaint => ({ says: 'has host bits set', give }),
  range: (family: 4 | 6): Complaint => ({
    says: `is not a range of IPv${family} addresses`,
    give: family === 4 ? '10.0.0.100-10.0.0.199' : 'fd42::100-fd42::1ff',
  }),
  dhcpRoutes: { says: 'is not a list of subnets and gateways in turn', give: '10.1.0.0/16,10.0.0.1' },
};
