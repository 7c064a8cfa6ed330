import { familyOf, firstHost, isNetworkAddress, parseSubnet } from './addresses.js';

/*
 * What the server accepts as a value, one rule per kind (shared/validate/validate.go). A rule speaks up only
 * about what every version from 6.0.4 on rejects, or what 6.0 rejects when the server is a 6.0.
 */

/** What is wrong with a value, and what to give in its place. */
export interface Complaint {
  says: string;
  give: string;
}

/** Null: nothing to complain about. `lenient`: the server is newer than 6.0 and may accept more. */
export type Rule = (value: string, lenient: boolean) => Complaint | null;

export const any: Rule = () => null;

const complainUnless = (fine: (value: string) => boolean, says: string, give: string): Rule => {
  return (value) => (fine(value) ? null : { says, give });
};

export const bool = complainUnless(
  (value) => ['true', 'false', 'yes', 'no', '1', '0', 'on', 'off'].includes(value.toLowerCase()),
  'is not a boolean',
  'true or false',
);

export function oneOf(...choices: string[]): Rule {
  return complainUnless((value) => choices.includes(value), 'is not one of the choices', choices.join(', '));
}

/** The rule, and these words besides. */
export function or(words: string[], rule: Rule): Rule {
  return (value, lenient) => (words.includes(value) ? null : rule(value, lenient));
}

/** Words that only servers newer than 6.0 accept. */
export function orLater(words: string[], rule: Rule): Rule {
  return (value, lenient) => (lenient && words.includes(value) ? null : rule(value, lenient));
}

export function listOf(rule: Rule): Rule {
  return (value, lenient) => {
    for (const item of value.split(',')) {
      const complaint = rule(item.trim(), lenient);
      if (complaint) return { says: `has an item ${JSON.stringify(item.trim())} that ${complaint.says}`, give: `a list of: ${complaint.give}` };
    }
    return null;
  };
}

export function number(from: number, to: number, says: string): Rule {
  return complainUnless((value) => /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to, says, `a number from ${from} to ${to}`);
}

export const integer = complainUnless((value) => /^[+-]?\d+$/.test(value), 'is not a whole number', 'a whole number');
export const mtu = number(1280, 16384, 'is not an MTU that works with IPv6');
export const vlan = number(0, 4094, 'is not a VLAN id');
export const mac = complainUnless(
  (value) => /^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(value),
  'is not a MAC address',
  'six bytes with colons, as 10:66:6a:12:34:56',
);
export const interfaceName = complainUnless(
  (value) => /^[-_a-zA-Z0-9.]{2,15}$/.test(value),
  'is not an interface name',
  '2 to 15 letters, digits, "-", "_" or "."',
);

/** `eth1`, or `name/parent/vlan` for an interface that is made for it (validateExternalInterfaces). */
export const externalInterface: Rule = (value, lenient) => {
  const parts = value.split('/');
  if (parts.length !== 3) return interfaceName(value, lenient);

  const [name = '', parent = '', id = ''] = parts;
  return interfaceName(name.trim(), lenient) ?? interfaceName(parent.trim(), lenient) ?? number(1, 4094, 'is not a VLAN id')(id, lenient);
};

/** A Go duration, such as 1h30m. */
export const duration = complainUnless(
  (value) => /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(value),
  'is not a duration',
  'a duration such as 1h or 30m',
);

export const address: Rule = complainUnless((value) => familyOf(value) !== null, 'is not an IP address', 'an address without a prefix length');
export const address4 = complainUnless((value) => familyOf(value) === 4, 'is not an IPv4 address', 'an address such as 10.0.0.1');
export const address6 = complainUnless((value) => familyOf(value) === 6, 'is not an IPv6 address', 'an address such as fd42::1');

/** A host's address with the subnet's prefix length (IsNetworkAddressCIDRV4, …V6). */
export function hostCidr(family: 4 | 6): Rule {
  const example = family === 4 ? '10.0.0.1/24' : 'fd42::1/64';

  return (value, lenient) => {
    const subnet = parseSubnet(value);
    if (!subnet || subnet.family !== family) return { says: `is not an IPv${family} address with a prefix length`, give: `an address such as ${example}` };
    const single = subnet.prefix === (family === 4 ? 32 : 128);
    // After 6.0 a bridge may have an IPv6 subnet for an address, and an ovn network a single address.
    if (!isNetworkAddress(subnet) || (lenient && (family === 6 || single))) return null;

    return { says: 'is the address of the subnet, not of a host in it', give: single ? `an address such as ${example}` : firstHost(subnet) };
  };
}

/** A subnet (IsNetworkV4, …V6). */
export function network(family: 4 | 6): Rule {
  return (value) => {
    const subnet = parseSubnet(value);
    if (!subnet || subnet.family !== family) return { says: `is not an IPv${family} subnet`, give: family === 4 ? '10.0.0.0/24' : 'fd42::/64' };

    return isNetworkAddress(subnet) ? null : { says: 'has host bits set', give: `${subnet.network.toString()}/${subnet.prefix}` };
  };
}

/** `first-last` (IsNetworkRangeV4, …V6). */
export function range(family: 4 | 6): Rule {
  const give = family === 4 ? '10.0.0.100-10.0.0.199' : 'fd42::100-fd42::1ff';

  return complainUnless(
    (value) => {
      const dash = value.indexOf('-');
      return dash > 0 && familyOf(value.slice(0, dash)) === family && familyOf(value.slice(dash + 1)) === family;
    },
    `is not a range of IPv${family} addresses`,
    give,
  );
}

/** Subnet, gateway, subnet, gateway, … (IsDHCPRouteList). */
export const dhcpRoutes: Rule = (value, lenient) => {
  const parts = value.split(',');
  const wrong = parts.some((part, index) => (index % 2 === 0 ? network(4) : address4)(part, lenient) !== null);

  return wrong || parts.length % 2 === 1 ? { says: 'is not a list of subnets and gateways in turn', give: '10.1.0.0/16,10.0.0.1' } : null;
};
