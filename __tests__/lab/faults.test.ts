import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { outcomeOf, requestsOf } from '../faults/case.js';
import { readExpected } from '../faults/expected.js';
import type { Row } from '../faults/expected.js';
import type { Flow, FlowName } from '../faults/flows.js';
import { flowNames, flows } from '../faults/flows.js';
import type { FaultKind, Spot } from '../faults/kinds.js';
import { faultNames } from '../faults/kinds.js';
import type { LabStage } from '../faults/lab-stage.js';
import { labStage } from '../faults/lab-stage.js';
import type { LabServer } from './servers.js';
import { startLab } from './servers.js';

/*
 * The table of docs/faults.md on real servers: every request of every flow, each with a few of the faults, so that
 * every fault has its turn. `npm test` tries all of them on the sandbox.
 */
const expected = readExpected();
const isChange = ({ label }: Spot): boolean => !label.startsWith('GET');

/** What has been sent before it decides how much a request has to lose. */
function faultsFor(row: Row, index: number, rows: Row[]): FaultKind[] {
  const turn = (shift: number): FaultKind => faultNames[(index + shift) % faultNames.length] ?? 'junk';
  if (isChange(row) && !row.label.startsWith('SQL SELECT')) return ['cut before', 'cut after', '500 instead', 'junk', 'gone after'];
  return rows.slice(0, index).some(isChange) ? [...new Set<FaultKind>(['gone after', turn(1)])] : [turn(0)];
}

function casesOf(name: FlowName): [string, Row, FaultKind][] {
  return expected[name].flatMap((row, index, rows) => faultsFor(row, index, rows).map((fault): [string, Row, FaultKind] => [`${row.label} (${row.nth}): ${fault}`, row, fault]));
}

function describeFlows(title: string, members: 1 | 2): void {
  describe(title, () => {
    let lab: LabServer;
    let stage: LabStage;

    beforeAll(async () => {
      lab = await startLab({ members, ovs: 'none' });
      stage = await labStage(lab);
    }, 120_000);

    afterAll(async () => {
      await stage?.remove();
      await lab?.stop();
    });

    beforeEach(() => stage.reset());

    describe.each(flowNames.filter((name) => flows[name].shape.members === members).map((name) => [flows[name].title, name] as const))('%s', (_, name) => {
      const flow: Flow = flows[name];

      it('sends the requests of the table', async () => {
        const requests = await requestsOf(flow, stage);

        const sorted = (list: Spot[]) => list.map(({ label, nth }) => `${label} #${nth}`).sort();
        expect(sorted(requests)).toEqual(sorted(expected[name]));
      });

      it.each(casesOf(name))('%s', async (_title, { label, nth, outcomes }, fault) => {
        const outcome = await outcomeOf(flow, stage, { fault, variant: 0 }, { label, nth });

        expect(outcome).toBe(outcomes[fault]);
      });
    });
  });
}

describeFlows('on a standalone server', 1);
describeFlows('on a cluster of two', 2);
