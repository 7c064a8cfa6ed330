import { values as says, type Complaint } from '../words/values.js';
import { familyOf, firstHost, isNetworkAddress, parseSubnet, subnetText } from './addresses.js';

/*
 * What the server accepts as a value, one rule per kind (shared/validate/validate.go). A rule speaks up only
 * about what every version from 6.0.4 on rejects, or what 6.0 rejects when the server is a 6.0.
 */

/** Null: nothing to complain about. `lenient`: the server is newer than 6.0 and may accept more. */
export type Rule = (value: string, lenient: boolean) => Complaint | null;

export const any: Rule = () => null;

const complainUnless = (fine: (value: string) => boolean, complaint: Complaint): Rule => {
  return (value) => (fine(value) ? null : complaint);
};

export const bool = complainUnless(
  (value) => ['true', 'false', 'yes', 'no', '1', '0', 'on', 'off'].includes(value.toLowerCase()),
  says.bool,
);

export function oneOf(...choices: string[]): Rule {
  return complainUnless((value) => choices.includes(value), says.choice(choices));
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
      if (complaint) return says.item(item.trim(), complaint);
    }
    return null;
  };
}

export function number(from: number, to: number, wrong: string): Rule {
  return complainUnless((value) => /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to, says.number(wrong, from, to));
}

export const integer = complainUnless((value) => /^[+-]?\d+$/.test(value), says.integer);
export const mtu = number(1280, 16384, says.mtu);
export const vlan = number(0, 4094, says.vlan);
export const mac = complainUnless((value) => /^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(value), says.mac);
export const interfaceName = complainUnless((value) => /^[-_a-zA-Z0-9.]{2,15}$/.test(value), says.interfaceName);

/** `eth1`, or `name/parent/vlan` for an interface that is made for it (validateExternalInterfaces). */
export const externalInterface: Rule = (value, lenient) => {
  const parts = value.split('/');
  if (parts.length !== 3) return interfaceName(value, lenient);

  const [name = '', parent = '', id = ''] = parts;
  return interfaceName(name.trim(), lenient) ?? interfaceName(parent.trim(), lenient) ?? number(1, 4094, says.vlan)(id, lenient);
};

/** A Go duration, such as 1h30m. */
export const duration = complainUnless(
  (value) => /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/.test(value),
  says.duration,
);

export const address: Rule = complainUnless((value) => familyOf(value) !== null, says.address);
export const address4 = complainUnless((value) => familyOf(value) === 4, says.address4);
export const address6 = complainUnless((value) => familyOf(value) === 6, says.address6);

/** A host's address with the subnet's prefix length (IsNetworkAddressCIDRV4, …V6). */
export function hostCidr(family: 4 | 6): Rule {
  return (value, lenient) => {
    const subnet = parseSubnet(value);
    if (!subnet || subnet.family !== family) return says.hostCidr(family);
    const single = subnet.prefix === (family === 4 ? 32 : 128);
    // After 6.0 a bridge may have an IPv6 subnet for an address, and an ovn network a single address.
    if (!isNetworkAddress(subnet) || (lenient && (family === 6 || single))) return null;

    return says.notAHost(single ? says.exampleHost(family) : firstHost(subnet));
  };
}

/** A subnet (IsNetworkV4, …V6). */
export function network(family: 4 | 6): Rule {
  return (value) => {
    const subnet = parseSubnet(value);
    if (!subnet || subnet.family !== family) return says.subnet(family);

    return isNetworkAddress(subnet) ? null : says.hostBits(subnetText(subnet));
  };
}

/** `first-last` (IsNetworkRangeV4, …V6). */
export function range(family: 4 | 6): Rule {
  return complainUnless((value) => {
    const dash = value.indexOf('-');
    return dash > 0 && familyOf(value.slice(0, dash)) === family && familyOf(value.slice(dash + 1)) === family;
  }, says.range(family));
}

/** Subnet, gateway, subnet, gateway, … (IsDHCPRouteList). */
export const dhcpRoutes: Rule = (value, lenient) => {
  const parts = value.split(',');
  const wrong = parts.some((part, index) => (index % 2 === 0 ? network(4) : address4)(part, lenient) !== null);

  return wrong || parts.length % 2 === 1 ? says.dhcpRoutes : null;
};
