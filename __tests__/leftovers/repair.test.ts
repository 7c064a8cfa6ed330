import { describe, expect, it } from '@jest/globals';

import type { Leftover } from '../../lib/leftovers/finding.js';
import type { Machine } from '../../lib/leftovers/machine.js';
import { removeLeftover } from '../../lib/leftovers/repair.js';
import type { StepResult } from '../../lib/leftovers/repair.js';
import { machineOf, recording } from './recorded-machine.js';

const bridge: Leftover = {
  key: 'interface incusbr0 2',
  kind: 'orphan-interface',
  network: 'incusbr0',
  what: 'interface incusbr0',
  evidence: 'proved',
  commands: [['ip', 'link', 'delete', 'dev', 'incusbr0']],
  blocked: null,
};

interface Scene {
  /** What each look shows; the last one for ever. */
  looks: Leftover[][];
  answer?: boolean;
  status?: number;
}

async function remove({ looks, answer = true, status = 0 }: Scene): Promise<{ result: StepResult; ran: string[]; paused: number }> {
  const ran: string[] = [];
  let paused = 0;
  let look = 0;
  const machine: Machine = {
    ...machineOf(recording()),
    run: (argv) => {
      ran.push(argv.join(' '));
      return Promise.resolve({ status, stdout: '', stderr: status === 0 ? '' : 'Operation not permitted\n' });
    },
  };
  const result = await removeLeftover(bridge, {
    machine,
    look: () => Promise.resolve(looks[Math.min(look++, looks.length - 1)] ?? []),
    confirm: () => Promise.resolve(answer),
    pause: (milliseconds) => Promise.resolve(void (paused += milliseconds)),
  });
  return { result, ran, paused };
}

describe('one step of repair --host', () => {
  it('says removed only after it has looked again', async () => {
    const { result, ran } = await remove({ looks: [[bridge], []] });

    expect(result.outcome).toBe('removed');
    expect(ran).toEqual(['ip link delete dev incusbr0']);
  });

  it('does nothing when the answer is no', async () => {
    const { result, ran } = await remove({ looks: [[bridge]], answer: false });

    expect(result.outcome).toBe('declined');
    expect(ran).toEqual([]);
  });

  it('does nothing when another interface has taken the name meanwhile', async () => {
    const { result, ran } = await remove({ looks: [[{ ...bridge, key: 'interface incusbr0 9' }]] });

    expect(result.outcome).toBe('gone');
    expect(ran).toEqual([]);
  });

  it('does nothing when it has come into use meanwhile', async () => {
    const { result, ran } = await remove({ looks: [[{ ...bridge, blocked: 'it has ports: veth1' }]] });

    expect(result).toMatchObject({ outcome: 'failed', reason: 'it has ports: veth1' });
    expect(ran).toEqual([]);
  });

  it('says why a command failed, with the command', async () => {
    const { result } = await remove({ looks: [[bridge]], status: 2 });

    expect(result).toMatchObject({ outcome: 'failed', reason: 'Operation not permitted; the command was: ip link delete dev incusbr0' });
  });

  it('waits for what needs a moment to be gone, and gives up after 5 s', async () => {
    const patient = await remove({ looks: [[bridge], [bridge], [bridge], []] });
    const hopeless = await remove({ looks: [[bridge]] });

    expect(patient).toMatchObject({ result: { outcome: 'removed' }, paused: 200 });
    expect(hopeless).toMatchObject({ result: { outcome: 'failed', reason: 'it is still there' }, paused: 5_000 });
  });
});
