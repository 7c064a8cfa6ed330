import { isIP, isIPv4, isIPv6 } from 'node:net';

/*
 * The value checks that network options go through, with the server's words: shared/validate/validate.go (6.0.4).
 * A check answers with an error text, or null.
 */
export type Check = (value: string) => string | null;

export const anything: Check = () => null;

/** Every one of them, in this order. */
export const required =
  (...checks: Check[]): Check =>
  (value) => {
    for (const check of checks) {
      const error = check(value);
      if (error != null) return error;
    }
    return null;
  };

/** Nothing, or every one of them. */
export const optional =
  (...checks: Check[]): Check =>
  (value) =>
    value === '' ? null : required(...checks)(value);

export const notEmpty: Check = (value) => (value === '' ? 'Required value' : null);

export const boolean: Check = (value) =>
  ['true', 'false', 'yes', 'no', '1', '0', 'on', 'off'].includes(value.toLowerCase())
    ? null
    : `Invalid value for a boolean "${value}"`;

export const oneOf =
  (...valid: string[]): Check =>
  (value) =>
    valid.includes(value) ? null : `Invalid value "${value}" (not one of [${valid.join(' ')}])`;

export const integer: Check = (value) => (/^[+-]?\d+$/.test(value) ? null : `Invalid value for an integer "${value}"`);

export const inRange =
  (least: number, most: number): Check =>
  (value) =>
    integer(value) ??
    (Number(value) < least || Number(value) > most
      ? `Value isn't within valid range. Must be between ${least} and ${most}`
      : null);

export const mac: Check = (value) =>
  /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)
    ? null
    : 'Invalid MAC address, must be 6 bytes of hex separated by colons';

export const mtu: Check = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid MTU "${value}"`;
  return Number(value) < 1280 || Number(value) > 16384 ? `Out of MTU range (1280-16384) "${value}"` : null;
};

export const vlan: Check = (value) => {
  if (!/^[+-]?\d+$/.test(value)) return `Invalid VLAN ID "${value}"`;
  return Number(value) < 0 || Number(value) > 4094 ? `Out of VLAN ID range (0-4094) "${value}"` : null;
};

export const port: Check = (value) => {
  if (value === '') return null;
  if (!/^[+-]?\d+$/.test(value)) return `Invalid value for an integer: ${value}`;
  return Number(value) < 1 || Number(value) > 65536 ? `Invalid port number: ${value}` : null;
};

export const interfaceName: Check = (value) => {
  const length = Buffer.byteLength(value);
  if (length < 2) return 'Network interface is too short (minimum 2 characters)';
  if (length > 15) return 'Network interface is too long (maximum 15 characters)';
  return /^[-_a-zA-Z0-9.]+$/.test(value) ? null : 'Network interface contains invalid characters';
};

export const externalInterfaces: Check = (value) => {
  for (const entry of value.split(',').map((part) => part.trim())) {
    const parts = entry.split('/');
    for (const name of parts.length === 3 ? parts.slice(0, 2).map((part) => part.trim()) : [entry]) {
      const error = interfaceName(name);
      if (error != null) return `Invalid interface name "${name}": ${error}`;
    }
  }
  return null;
};

export const address: Check = (value) => (isIP(value) === 0 ? `Not an IP address "${value}"` : null);
export const addressV4: Check = (value) => (isIPv4(value) ? null : `Not an IPv4 address "${value}"`);
export const addressV6: Check = (value) => (isIPv6(value) ? null : `Not an IPv6 address "${value}"`);

type Family = 'IPv4' | 'IPv6';

/** An address with its prefix length, which is not the address of the subnet itself. */
export const addressInSubnet =
  (family: Family): Check =>
  (value) => {
    const parsed = parseCidr(value);
    if (parsed == null) return `invalid CIDR address: ${value}`;
    if (parsed.family !== family) return `Not an ${family} address "${value}"`;
    return parsed.isSubnet ? `Not a usable ${family} address "${value}"` : null;
  };

/** A subnet. */
export const subnet =
  (family: Family): Check =>
  (value) => {
    const parsed = parseCidr(value);
    if (parsed == null) return `invalid CIDR address: ${value}`;
    if (parsed.family !== family) return `Not an ${family} network "${value}"`;
    return parsed.isSubnet ? null : `Not an ${family} network address "${value}"`;
  };

export const range =
  (family: Family): Check =>
  (value) => {
    const ends = value.split(/-(.*)/s).slice(0, 2);
    if (ends.length !== 2) return 'IP range must contain start and end IP addresses';
    const check = family === 'IPv4' ? addressV4 : addressV6;
    return ends.map(check).find((error) => error != null) ?? null;
  };

export const listOf =
  (check: Check): Check =>
  (value) => {
    for (const item of value.split(',').map((part) => part.trim())) {
      const error = check(item);
      if (error != null) return `Item "${item}": ${error}`;
    }
    return null;
  };

export const dhcpRoutes: Check = (value) => {
  const parts = value.split(',');
  for (const [index, part] of parts.entries()) {
    const error = index % 2 === 0 ? subnet('IPv4')(part) : addressV4(part);
    if (error != null) return error;
  }
  return parts.length % 2 === 0 ? null : `missing gateway for route ${parts.at(-1)}`;
};

export const duration: Check = (value) =>
  /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|\u00b5s|ms|s|m|h))+$/.test(value) ? null : `time: invalid duration "${value}"`;

function parseCidr(value: string): { family: Family; isSubnet: boolean } | null {
  const [text = '', length = '', ...more] = value.split('/');
  const version = isIP(text);
  const bits = version === 4 ? 32 : 128;
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) return null;

  const host = BigInt(bits - Number(length));
  const low = addressBits(text, version) & ((1n << host) - 1n);
  return { family: version === 4 ? 'IPv4' : 'IPv6', isSubnet: low === 0n };
}

function addressBits(text: string, version: number): bigint {
  const join = (parts: number[], width: bigint) => parts.reduce((sum, part) => (sum << width) | BigInt(part), 0n);
  if (version === 4) return join(text.split('.').map(Number), 8n);

  // A trailing dotted quad is two groups.
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const first = groups(head);
  const last = tail == null ? [] : groups(tail);
  return join([...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last], 16n);
}
