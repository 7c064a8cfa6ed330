import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as z from '../../lib/zod.js';
import { catalogue } from '../../lib/commands/catalogue.js';
import type { Flows } from '../../lib/commands/catalogue.js';
import type { Terminal } from '../../lib/commands/define.js';
import { manPage } from '../../lib/commands/man.js';
import { CheckReport, CreateReport } from '../../lib/report/create-json.js';
import { DoctorReport } from '../../lib/report/doctor-json.js';

/*
 * Documents that are generated from the code. `UPDATE_DOCS=1 npm run test:unit` writes them; without it
 * the test says when one is out of date.
 */

function expectFile(name: string, text: string): void {
  const url = new URL(`../../${name}`, import.meta.url);
  if (process.env.UPDATE_DOCS) writeFileSync(url, text);
  expect(readFileSync(url, 'utf8')).toBe(text);
}

const flows = new Proxy({}, { get: () => () => Promise.resolve(0) }) as Flows<Terminal>;
const commands = catalogue(flows);

describe('generated documents', () => {
  it.each([
    ['check', CheckReport],
    ['create', CreateReport],
    ['doctor', DoctorReport],
  ])('docs/schemas/%s.json is the schema of the JSON', (name, schema) => {
    expectFile(`docs/schemas/${name}.json`, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`);
  });

  it.each(commands.map((command) => [command.name, command] as const))('docs/man has the page of %s', (name, command) => {
    expectFile(`docs/man/incus-safenet-${name}.1`, manPage('incus-safenet', command, '0.1'));
  });

  it('docs/man has the page of incus-network-create', () => {
    const create = commands.find(({ name }) => name === 'create');

    expect(create).toBeDefined();
    if (create) expectFile('docs/man/incus-network-create.1', manPage('incus-network-create', create, '0.1'));
  });
});
