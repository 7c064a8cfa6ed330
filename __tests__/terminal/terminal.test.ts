import { afterAll, beforeAll, describe } from '@jest/globals';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { describeClusterCreate, describeCreate } from './create.js';
import { runCli } from '../helpers/run-cli.js';
import { describeInterrupt } from '../shell/interrupt.js';
import { describeGuide } from './guide.js';
import type { Stage } from './stage.js';
import { startSandboxStage } from './stage.js';

// The same on real servers: __tests__/lab/terminal.test.ts.
describe('a server of its own', () => {
  let stage: Stage<SandboxTarget>;
  beforeAll(async () => {
    stage = await startSandboxStage({ members: 1, ovs: 'none' });
    await stage.target.createProject('web', true);
  });
  afterAll(() => stage.target.stop());

  describe('the guide on a terminal', () => describeGuide(() => stage));
  describe('a create on a terminal', () => describeCreate(() => stage));
  describe('the function', () =>
    describeInterrupt(
      'bash',
      () => stage,
      () => stage.target.sandbox.directory,
      async () => (await runCli('incus-safenet', ['shell-init', 'bash'], stage.target.env)).stdout,
    ));
});

describe('a cluster', () => {
  let stage: Stage<SandboxTarget>;
  beforeAll(async () => {
    stage = await startSandboxStage({ members: 2, ovs: 'none' });
    await stage.target.createProject('web', true);
  });
  afterAll(() => stage.target.stop());

  describeClusterCreate(() => stage);
});
