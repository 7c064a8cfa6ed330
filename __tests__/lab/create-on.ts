import type { CliRun } from '../helpers/run-cli.js';
import type { LabServer } from './servers.js';

/** The stage of a scenario: a lab, and incus-network-create as a process on its first member. */
export function createOn(target: LabServer): { target: LabServer; create(argv: string[], options?: { stdin?: string }): Promise<CliRun> } {
  return {
    target,
    create: async (argv, options) => {
      const { status, stdout, stderr } = await target.safenet('incus-network-create', argv, options);
      return { status: status ?? -1, stdout, stderr };
    },
  };
}
