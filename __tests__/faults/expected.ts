import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './case.js';
import type { FlowName } from './flows.js';
import type { FaultKind, Spot } from './kinds.js';

/** What becomes of a flow when one of its requests meets each of the faults. */
export interface Row extends Spot {
  outcomes: Record<FaultKind, Outcome>;
}

export type Expected = Record<FlowName, Row[]>;

const file = fileURLToPath(new URL('expected.json', import.meta.url));

/** The outcomes that are right, request by request and fault by fault. */
export function readExpected(): Expected {
  return JSON.parse(readFileSync(file, 'utf8')) as Expected;
}

/** One line for each request, so that a change is seen for what it is. */
export function writeExpected(expected: Expected): void {
  const flows = Object.entries(expected).map(([name, rows]) => `  ${JSON.stringify(name)}: [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`);
  writeFileSync(file, `{\n${flows.join(',\n')}\n}\n`);
}
