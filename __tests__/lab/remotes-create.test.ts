import { describeCreate } from '../scenarios/create.js';
import { clientBy, clientOn } from './clients.js';
import { startLab } from './servers.js';

for (const reach of ['https admin', 'https restricted'] as const) {
  const start: Parameters<typeof describeCreate>[1] = async (shape) => {
    const client = await clientOn(await startLab(shape), reach);
    return { ...client, create: (argv, options) => client.run('incus-network-create', argv, options) };
  };
  describeCreate(`a real Incus (${reach})`, start, clientBy(reach));
}
