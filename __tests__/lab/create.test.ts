import { describeCreate } from '../scenarios/create.js';
import { startLab } from './servers.js';

describeCreate('a real Incus', async (shape) => {
  const target = await startLab(shape);
  return {
    target,
    create: async (argv, options) => {
      const { status, stdout, stderr } = await target.safenet('incus-network-create', argv, options);
      return { status: status ?? -1, stdout, stderr };
    },
  };
});
