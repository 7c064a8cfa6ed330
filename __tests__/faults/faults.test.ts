import { describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './case.js';
import { outcomeOf, requestsOf } from './case.js';
import type { Expected, Row } from './expected.js';
import { readExpected, writeExpected } from './expected.js';
import type { Flow } from './flows.js';
import { flowNames, flows } from './flows.js';
import type { FaultCase, Spot } from './kinds.js';
import { faultCases } from './kinds.js';
import type { SandboxStage } from './sandbox-stage.js';
import { startSandboxStage } from './sandbox-stage.js';
import { faultsPage } from './table.js';

/*
 * With UPDATE_FAULTS=1 the outcomes that are seen become the expected ones, here and in docs/faults.md, as far as
 * they are right at all (`outcomes` in case.ts). Look at the difference before you commit it.
 */
const isUpdate = Boolean(process.env.UPDATE_FAULTS);
const page = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));

async function onStage<T>(flow: Flow, play: (stage: SandboxStage) => Promise<T>): Promise<T> {
  const stage = await startSandboxStage(flow.shape);
  try {
    return await play(stage);
  } finally {
    await stage.stop();
  }
}

/** Every fault at one request; each on a server of its own. */
function see(flow: Flow, spot: Spot): Promise<[FaultCase, Outcome][]> {
  return Promise.all(faultCases.map(async (one): Promise<[FaultCase, Outcome]> => [one, await onStage(flow, (stage) => outcomeOf(flow, stage, one, spot))]));
}

const say = ({ fault, variant }: FaultCase, outcome: Outcome): string => `${fault}${variant > 0 ? ` (${variant})` : ''}: ${outcome}`;

async function update(): Promise<void> {
  const seen: Partial<Expected> = {};
  for (const name of flowNames) {
    const rows: Row[] = [];
    for (const { label, nth } of await onStage(flows[name], (stage) => requestsOf(flows[name], stage))) {
      const outcomes = await see(flows[name], { label, nth });
      rows.push({ label, nth, outcomes: Object.fromEntries(outcomes.map(([{ fault }, outcome]) => [fault, outcome])) as Row['outcomes'] });
    }
    seen[name] = rows;
  }
  writeExpected(seen as Expected);
  await writeFile(page, faultsPage(seen as Expected));
}

if (isUpdate) it('updates the expected outcomes', update, 600_000);
else describeFlows(readExpected());

function describeFlows(expected: Expected): void {
  describe.each(flowNames.map((name) => [flows[name].title, name] as const))('%s', (_, name) => {
    const flow: Flow = flows[name];
    const rows = expected[name];

    it('sends the requests of the table', async () => {
      const requests = await onStage(flow, (stage) => requestsOf(flow, stage));

      // Requests of one round are sent together, and arrive in any order.
      const sorted = (list: Spot[]) => list.map(({ label, nth }) => `${label} #${nth}`).sort();
      expect(sorted(requests)).toEqual(sorted(rows));
    });

    it.each(rows.map((row) => [`${row.label} (${row.nth})`, row] as const))('ends as the table says whatever goes wrong with %s', async (_title, { label, nth, outcomes }) => {
      const seen = await see(flow, { label, nth });

      expect(seen.map(([one, outcome]) => say(one, outcome))).toEqual(faultCases.map((one) => say(one, outcomes[one.fault])));
    });
  });

  describe('docs/faults.md', () => {
    it('is the table of these tests', async () => {
      await expect(readFile(page, 'utf8')).resolves.toBe(faultsPage(expected));
    });
  });
}
