/*
 * How long `incus-safenet doctor` takes, as a multiple of one plain
 * GET /1.0/networks?all-projects=true&recursion=1 of the same server in the same run.
 *
 *   npm run bench:doctor            the sandbox, 1,000 projects and 5,000 networks
 *   npm run bench:doctor -- lab     a real Incus, 200 projects and 100 networks (root)
 *
 * The doctor is the built program, as a process of its own, start-up included.
 */
import { strict as assert } from 'node:assert';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { run } from '../helpers/run.js';
import type { Run } from '../helpers/run.js';
import { startLab } from '../lab/servers.js';
import { fill } from './doctor-peak.js';
import { rawRequest, startSandboxTarget } from '../scenarios/sandbox-target.js';

const ROUNDS = 5;
const MOST = 3;
const program = fileURLToPath(new URL('../../bin/incus-safenet.js', import.meta.url));

interface Subject {
  title: string;
  socket: string;
  doctor(): Promise<Run>;
  /** Requests that one doctor made. */
  requests(): Promise<string[]>;
  clearRequests(): Promise<void>;
  stop(): Promise<void>;
}

async function sandbox(): Promise<Subject> {
  const [projects, networks] = [1_000, 5_000];
  const target = await startSandboxTarget({ members: 1, ovs: 'none' });
  fill(target, projects, networks);
  const env = { PATH: process.env['PATH'] ?? '', HOME: target.sandbox.directory, ...target.env };
  return {
    title: `sandbox, ${projects} projects, ${networks} networks`,
    socket: target.sandbox.socketPath,
    doctor: () => run([execPath, program, 'doctor'], { env }),
    requests: () => target.requests(),
    clearRequests: () => target.clearRequests(),
    stop: () => target.stop(),
  };
}

async function lab(): Promise<Subject> {
  const [projects, networks] = [200, 100];
  const server = await startLab({ members: 1, ovs: 'none' });
  for (let index = 0; index < projects; index++) await server.createProject(`p${index}`, false);
  for (let index = 0; index < networks; index++) {
    await server.request('POST', '/1.0/networks', { name: `n${index}`, type: 'bridge', config: { 'ipv4.address': 'none', 'ipv6.address': 'none' } });
  }
  return {
    title: `a real Incus, ${projects} projects, ${networks} networks`,
    socket: server.socket('node1'),
    doctor: () => server.safenet('incus-safenet', ['doctor']),
    requests: () => server.requests(),
    clearRequests: () => server.clearRequests(),
    stop: () => server.stop(),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ milliseconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - start, result };
}

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const subject = await (process.argv[2] === 'lab' ? lab() : sandbox());
try {
  const plain: number[] = [];
  const doctor: number[] = [];
  let requests = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const get = await timed(() => rawRequest(subject.socket, 'GET', '/1.0/networks?all-projects=true&recursion=1'));
    assert.equal(get.result.status, 200);
    plain.push(get.milliseconds);

    await subject.clearRequests();
    const diagnosis = await timed(() => subject.doctor());
    assert.equal(diagnosis.result.status, 0, diagnosis.result.stderr + diagnosis.result.stdout);
    doctor.push(diagnosis.milliseconds);
    requests = (await subject.requests()).length;
  }

  const ratio = median(doctor) / median(plain);
  process.stdout.write(
    `${subject.title}\n  plain GET  ${median(plain).toFixed(0)} ms\n  doctor     ${median(doctor).toFixed(0)} ms, ${requests} requests\n` +
      `  ratio      ${ratio.toFixed(2)} (at most ${MOST})\n`,
  );
  process.exitCode = ratio <= MOST ? 0 : 1;
} finally {
  await subject.stop();
}
