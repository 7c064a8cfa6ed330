import type { Shape } from '../helpers/target.js';
import { describeCreate } from '../scenarios/create.js';
import type { Stage } from '../scenarios/create.js';
import { personOf } from './remotes.js';
import { startLab } from './servers.js';

async function start(shape: Shape): Promise<Stage> {
  const target = await startLab(shape);
  const { env } = await personOf(target, 'admin');
  await target.clearRequests();
  return {
    target,
    create: async (argv, options) => {
      const { status, stdout, stderr } = await target.safenet('incus-network-create', argv, { ...options, env });
      return { status: status ?? -1, stdout, stderr };
    },
  };
}

describeCreate('a real Incus over HTTPS', start, { isElsewhere: true });
