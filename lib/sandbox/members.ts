import { ApiError, failure } from './answers.js';
import type { Ovs } from './shape.js';

/** How the server tells interfaces apart that it does not manage (doNetworkGet in cmd/incusd/networks.go, 6.0.4). */
export type InterfaceKind = 'loopback' | 'bridge' | 'physical' | 'ovs-bridge' | 'other';

/** One server: what the kernel, Open vSwitch and OVN of its machine would say. */
export interface Member {
  id: number;
  /** As in the database: the one member of a server that is not clustered is called `none`. */
  name: string;
  hostName: string;
  address: string;
  ovs: Ovs;
  interfaces: Map<string, InterfaceKind>;
  /** Since when its daemon is stopped, in milliseconds of the clock; null while it runs. */
  stoppedAt: number | null;
}

export function makeMember(id: number, clustered: boolean, ovs: Ovs): Member {
  const interfaces = new Map<string, InterfaceKind>([
    ['lo', 'loopback'],
    ['eth0', 'physical'],
  ]);
  if (ovs !== 'none') interfaces.set('br-int', 'ovs-bridge');
  const hostName = `node${id}`;
  const standing = clustered ? { name: hostName, address: `10.0.0.${id}:8443` } : { name: 'none', address: '0.0.0.0' };
  return { id, ...standing, hostName, ovs, interfaces, stoppedAt: null };
}

const noSocket = (path: string) =>
  `failed to connect to unix:${path}: failed to open connection: dial unix ${path}: connect: no such file or directory`;

/**
 * The error of a server without Open vSwitch. Its status is 404, although the network exists: the server takes the
 * missing socket, an os.ErrNotExist, for a missing resource (internal/server/response/smart.go, 6.0.4).
 */
export function ovsUnreachable(): ApiError {
  return new ApiError(
    404,
    `Failed to connect to OVS: Failed to connect to OVS: ${noSocket('/run/openvswitch/db.sock')}`,
  );
}

/** Why a member cannot load any ovn network (setupOVN in cmd/incusd/daemon.go, 6.0.4), or null when it can. */
export function ovnUnreachable(member: Member): ApiError | null {
  switch (member.ovs) {
    case 'none':
      return new ApiError(404, `Failed to connect to OVN: Failed to connect to OVS: ${ovsUnreachable().message}`);
    case 'bridge':
      return new ApiError(404, `Failed to connect to OVN: ${noSocket('/run/ovn/ovnnb_db.sock')}`);
    case 'ovn':
      return null;
  }
}

/** What a member says of a request to a peer whose daemon is stopped. */
export function connectionRefused(method: string, peer: Member, path: string): ApiError {
  return failure(
    `failed to notify peer ${peer.address}: ${method} "https://${peer.address}${path}": Unable to connect to: ${peer.address} ([dial tcp ${peer.address}: connect: connection refused])`,
  );
}
