import type { Expected } from './expected.js';
import { flowNames, flows } from './flows.js';
import { faultKinds, faultNames } from './kinds.js';

/** docs/faults.md. */
export function faultsPage(expected: Expected): string {
  const count = flowNames.reduce((sum, name) => sum + expected[name].length, 0);
  return [
    '# What becomes of a create when a request goes wrong',
    '',
    'Between us and the socket stands a proxy that spoils one request, and every request is spoilt in every way in turn:',
    `${count} requests of ${flowNames.length} flows, ${faultNames.length} faults each. The tables are the data of the tests`,
    '(`__tests__/faults/expected.json`), which run against the sandbox in `npm test` and against real servers in `npm run test:lab`.',
    '',
    '| fault | what happens |',
    '| --- | --- |',
    ...faultNames.map((name) => `| ${name} | ${faultKinds[name]} |`),
    '',
    'A cell is the exit status and what is on the server then:',
    '',
    '- **created**, **defined**: as asked for. **clean**: as it was before.',
    '- **theirs stay**: the definitions that were there before us are there still.',
    '- **4, recover: …** and **5, recover: …**: the journal entry stays, and `incus-safenet recover` ends in what follows.',
    '- **1 created**: a cluster said that it failed, and the network is Created all the same. Somebody else may have made it',
    '  through another member: it is left alone, and the message says that it is there',
    '  ([decisions/0004](decisions/0004-what-is-ours.md)).',
    '',
    'A server that only works on while the connection is lost, a server that notices that its client is gone, and `--wait`',
    'are in `__tests__/faults/in-flight.test.ts`: after the loss we wait until the server has finished (its lock tells), and',
    'keep what is Created as asked for, or take back what is half-made. When `--wait` is over nothing is undone, because the',
    'request may still be carried out: 0 if the network is there by then, else 5. So too for the DELETE of a rollback: 5 where',
    'what it was to remove is still there.',
    ...flowNames.flatMap((name) => ['', `## ${flows[name].title}`, '', `\`${commandOf(name)}\``, '', ...tableOf(expected, name)]),
    '',
  ].join('\n');
}

function commandOf(name: (typeof flowNames)[number]): string {
  const { argv, cutOff } = flows[name];
  return `incus-network-create ${argv.join(' ')}${cutOff === undefined ? '' : ', cut off at its last request; then incus-safenet recover'}`;
}

function tableOf(expected: Expected, name: (typeof flowNames)[number]): string[] {
  return [
    `| request | ${faultNames.join(' | ')} |`,
    `| --- |${' --- |'.repeat(faultNames.length)}`,
    ...expected[name].map(({ label, nth, outcomes }) => `| \`${label}\`${nth > 1 ? ` (${nth})` : ''} | ${faultNames.map((fault) => outcomes[fault]).join(' | ')} |`),
  ];
}
