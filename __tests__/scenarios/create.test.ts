import { absent, known } from '../../lib/facts/facts.js';
import type { LocalHost } from '../../lib/facts/reading.js';
import { runCli } from '../helpers/run-cli.js';
import type { Shape } from '../helpers/target.js';
import { describeCreate } from './create.js';
import { startSandboxTarget } from './sandbox-target.js';

/** This machine, played: what Open vSwitch and OVN of the sandbox's first member would answer on their sockets. */
function localHost({ ovs }: Shape): LocalHost {
  const own = Array.isArray(ovs) ? ovs[0] : ovs;
  const sockets: Record<string, string[]> = {
    ...(own === 'none' ? {} : { 'unix:/run/openvswitch/db.sock': ['Open_vSwitch'] }),
    ...(own === 'ovn' ? { 'unix:/run/ovn/ovnnb_db.sock': ['OVN_Northbound'] } : {}),
  };
  return {
    ovsdb: async (connection) => {
      const databases = sockets[connection];
      return databases === undefined ? absent(`no ${connection}`) : known(databases);
    },
    isLinuxBridge: async () => false,
  };
}

describeCreate('the sandbox', async (shape) => {
  const target = await startSandboxTarget(shape);
  return {
    target,
    create: (argv, options) => runCli('incus-network-create', argv, target.env, { ...options, world: { localHost: localHost(shape) } }),
  };
});
