import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeRollback } from '../scenarios/rollback.js';
import { startLab } from './servers.js';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

describeRollback('a real Incus', async (shape) => {
  const target = await startLab(shape);
  const [first = ''] = target.members;
  const must = async (...argv: string[]): Promise<string> => {
    const { status, stdout, stderr } = await target.exec(first, argv);
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    return stdout;
  };

  return {
    target,
    hostname: (await must('hostname')).trim(),
    async run(program, argv, env = {}) {
      const { status, stdout, stderr } = await target.safenet(program, argv, { env });
      return { status: status ?? -1, stdout, stderr };
    },
    async paste(line) {
      const script = `incus-safenet() { '${process.execPath}' '${path.join(bin, 'incus-safenet.js')}' "$@"; }; ${line}`;
      const { status, stdout, stderr } = await target.exec(first, ['bash', '-c', script]);
      return { status: status ?? -1, output: stdout + stderr };
    },
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
});
