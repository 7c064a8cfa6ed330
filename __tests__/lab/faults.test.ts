import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../faults/case.js';
import { playFault, requestsOf } from '../faults/case.js';
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

/** How often a flow has looked at the server; once more than usual where the server was still at work, and the table is about other requests then. */
const looksIn = (requests: Spot[]): number => requests.filter(({ label }) => label.endsWith('(the lock)')).length;
const asRows = (list: Spot[]): string[] => list.map(({ label, nth }) => `${label} #${nth}`).sort();
const TRIES = 5;

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
        let requests = await requestsOf(flow, stage);
        for (let tries = 1; tries < TRIES && looksIn(requests) > looksIn(expected[name]); tries++) {
          await stage.reset();
          requests = await requestsOf(flow, stage);
        }

        expect(asRows(requests)).toEqual(asRows(expected[name]));
      });

      it.each(casesOf(name))('%s', async (_title, { label, nth, outcomes }, fault) => {
        const seen: Outcome[] = [];
        for (let tries = 0; tries < TRIES; tries++) {
          await stage.reset();
          const { outcome, requests } = await playFault(flow, stage, { fault, variant: 0 }, { label, nth });
          seen.push(outcome);
          if (outcome === outcomes[fault] || looksIn(requests) <= looksIn(expected[name])) break;
        }

        expect(seen.at(-1)).toBe(outcomes[fault]);
      });
    });
  });
}

describeFlows('on a standalone server', 1);
describeFlows('on a cluster of two', 2);
