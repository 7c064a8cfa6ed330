import type { DoctorStage } from '../doctor/scenarios.js';
import type { Shape } from '../helpers/target.js';
import { clientOn } from './clients.js';
import type { Reach } from './clients.js';
import { startLab } from './servers.js';
import type { LabOptions } from './servers.js';

/** Real servers as a stage, for a client that reaches them in this way. */
export function doctorStage(reach: Reach, options: LabOptions = {}): (shape: Shape) => Promise<DoctorStage> {
  return async (shape) => {
    const lab = await startLab(shape, options);
    const client = await clientOn(lab, reach);
    const must = (run: typeof client.paste) => async (command: string) => {
      const { status, output } = await run(command);
      if (status !== 0) throw new Error(`${command}: ${output}`);
    };
    return {
      ...client,
      safenet: (argv) => client.run('incus-safenet', argv),
      nativeCreate: async (argv) => void (await lab.incus(argv)),
      shell: must(client.paste),
      administer: must(client.administer),
    };
  };
}
