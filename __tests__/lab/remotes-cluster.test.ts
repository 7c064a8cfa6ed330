import { clusterCases } from '../scenarios/cluster-cases.js';
import { describeCluster } from '../scenarios/cluster.js';
import { clientBy, clientOn } from './clients.js';
import { startLab } from './servers.js';

for (const reach of ['https admin', 'https restricted'] as const) {
  describeCluster(
    `Incus 6.0 (${reach})`,
    async (shape) => {
      const client = await clientOn(await startLab(shape), reach);
      return { ...client, create: (argv) => client.run('incus-network-create', argv) };
    },
    clusterCases,
    clientBy(reach),
  );
}
