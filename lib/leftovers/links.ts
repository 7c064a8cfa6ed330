import * as z from '../zod.js';
import { CliError } from '../errors.js';
import { readings } from '../words/leftovers.js';
import type { Interface } from './facts.js';
import type { Machine } from './machine.js';

/** `ip -json -details address show`; only what is needed. */
const Links = z.array(
  z.object({
    ifindex: z.optional(z.number()),
    ifname: z.optional(z.string()),
    address: z.optional(z.string()),
    master: z.optional(z.string()),
    link: z.nullish(z.string()),
    linkinfo: z.optional(z.object({ info_kind: z.optional(z.string()) })),
    addr_info: z._default(z.array(z.object({ local: z.optional(z.string()) })), []),
  }),
);

/** What the kernel says of how an interface came by its hardware address: NET_ADDR_SET in include/uapi/linux/netdevice.h. */
const ADDRESS_SET = '3';

/** The interfaces of this network namespace. */
export async function readInterfaces(machine: Machine): Promise<Interface[]> {
  const { status, stdout, stderr } = await machine.run(['ip', '-json', '-details', 'address', 'show']);
  if (status !== 0) throw new CliError(readings.noInterfaces(stderr.trim()));

  return Promise.all(
    interfacesIn(stdout).map(async (entry) => ({
      ...entry,
      macWasSet: (await machine.read(`/sys/class/net/${entry.name}/addr_assign_type`))?.trim() === ADDRESS_SET,
    })),
  );
}

/** `ip` prints an empty object for what another filter left out. */
export function interfacesIn(json: string): Omit<Interface, 'macWasSet'>[] {
  return Links.parse(JSON.parse(json)).flatMap(({ ifname, ifindex, address, master, link, linkinfo, addr_info: addresses }) =>
    ifname === undefined
      ? []
      : [
          {
            name: ifname,
            index: ifindex ?? 0,
            kind: linkinfo?.info_kind ?? '',
            mac: address ?? '',
            master: master ?? '',
            lower: link ?? '',
            addresses: addresses.flatMap(({ local }) => local ?? []),
          },
        ],
  );
}
