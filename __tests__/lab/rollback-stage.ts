import path from 'node:path';
import type { Shape } from '../helpers/target.js';
import type { RollbackStage } from '../scenarios/rollback.js';
import { clientOn } from './clients.js';
import type { Reach } from './clients.js';
import { startLab } from './servers.js';

/** Real servers as a stage, for a client that reaches them in this way. */
export function rollbackStage(reach: Reach): (shape: Shape) => Promise<RollbackStage> {
  return async (shape) => {
    const client = await clientOn(await startLab(shape), reach);
    const { target } = client;
    const [first = ''] = target.members;
    const must = async (...argv: string[]): Promise<string> => {
      const { status, stdout, stderr } = await target.exec(first, argv);
      if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
      return stdout;
    };

    return {
      ...client,
      hostname: (await must('hostname')).trim(),
      run: (program, argv, env = {}) => client.run(program, argv, { env }),
      async dnsmasq(member) {
        const { stdout } = await target.exec(member, ['ps', '-e', '-o', 'args']);
        return stdout.split('\n').filter((line) => line.startsWith('dnsmasq'));
      },
      async unwritable() {
        const folder = (name: string): string => path.join(target.folder, name);
        await must('mkdir', folder('full'), folder('read-only'));
        await must('mount', '-t', 'tmpfs', '-o', 'size=8k,mode=700', 'tmpfs', folder('full'));
        await must('bash', '-c', `mkdir ${folder('full')}/journal; head -c 100000 /dev/zero > ${folder('full')}/filler || true`);
        await must('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder('read-only'));
        return { 'a full disk': folder('full'), 'a read-only disk': folder('read-only') };
      },
    };
  };
}
