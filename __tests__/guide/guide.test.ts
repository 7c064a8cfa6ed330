import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createArguments } from '../../lib/intent/arguments.js';
import { createFlags } from '../../lib/commands/create-flags.js';
import { parseFlags } from '../../lib/commands/flags.js';
import { CliError, exitCodes } from '../../lib/errors.js';
import { known } from '../../lib/facts/facts.js';
import { guidedArguments, guidedWords, noAnswers } from '../../lib/intent/guided.js';
import type { Answers } from '../../lib/intent/guided.js';
import type { World } from '../../lib/world.js';
import type { CliRun } from '../helpers/run-cli.js';
import { runCli } from '../helpers/run-cli.js';
import type { SandboxTarget } from '../scenarios/sandbox-target.js';
import { startSandboxTarget } from '../scenarios/sandbox-target.js';

/** A question that was asked, and what it offered. */
interface Asked {
  question: string;
  choices: { value: string; title: string; disabled: boolean }[];
}

/** Plays the one who answers: a choice by its value, or a typed text. `^C` leaves. */
async function guided(target: SandboxTarget, answers: string[], argv: string[] = [], around: Partial<World> = {}): Promise<CliRun & { asked: Asked[]; left: string[] }> {
  const asked: Asked[] = [];
  const left = [...answers];
  const next = (question: string): string => {
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody planned to be asked: ${question}`);
    if (answer === '^C') throw new CliError('interrupted: nothing was changed', { exitCode: exitCodes.interrupted });
    return answer;
  };
  const world: Partial<World> = {
    stdin: { isTTY: true, read: () => Promise.resolve(Buffer.alloc(0)) },
    async choose(question, choices) {
      asked.push({ question, choices: choices.map(({ value, title, disabled }) => ({ value, title, disabled: disabled === true })) });
      const answer = next(question);
      const choice = choices.find(({ value }) => value === answer);
      if (choice === undefined || choice.disabled === true) throw new Error(`${question} does not offer ${answer}`);
      return choice.value;
    },
    async ask(question, { problem }) {
      asked.push({ question, choices: [] });
      const answer = next(question);
      const wrong = problem(answer);
      if (wrong !== null) throw new Error(`${question} refuses ${answer}: ${wrong}`);
      return answer;
    },
  };
  let stderr = '';
  const ended = await runCli('incus-safenet', ['guide', ...argv], target.env, { world: { ...world, ...around, stderr: { isTTY: true, columns: 80, write: (text) => void (stderr += text) } } });
  return { ...ended, stderr, asked, left };
}

const posts = async (target: SandboxTarget) => (await target.requests()).filter((request) => !request.startsWith('GET'));

describe('guide on a standalone server without Open vSwitch', () => {
  let target: SandboxTarget;
  beforeAll(async () => {
    target = await startSandboxTarget({ members: 1, ovs: 'none' });
    await target.createProject('web', true);
    await target.createProject('plain', false);
  });
  afterAll(() => target.stop());

  it('creates a bridge with a subnet that is free, and says how in one line', async () => {
    const ended = await guided(target, ['default', 'bridge', 'office', '10.100.0.1/24', 'true', 'none', 'the  office', 'yes']);

    expect(ended).toMatchObject({ status: 0, stdout: 'Network office created\n', left: [] });
    expect(ended.stderr).toContain("incus-safenet create office --project default --type bridge --description 'the  office' ipv4.address=10.100.0.1/24 ipv4.nat=true ipv6.address=none\n");
    expect(ended.stderr).toMatch(/incus launch images:debian\/12 c1 --network office\n/);
    expect((await target.request('GET', '/1.0/networks/office')).body.metadata).toMatchObject({
      type: 'bridge',
      status: 'Created',
      description: 'the  office',
      config: { 'ipv4.address': '10.100.0.1/24', 'ipv4.nat': 'true', 'ipv6.address': 'none' },
    });
  });

  it('does not propose a subnet that is taken, nor a name', async () => {
    const ended = await guided(target, ['default', 'bridge', 'office2', '^C']);

    expect(ended.asked.at(-1)?.choices.map(({ value }) => value)).toEqual(['10.101.0.1/24', 'auto', 'none', 'own', '<']);
    await expect(guided(target, ['default', 'bridge', 'office'])).resolves.toMatchObject({ status: 1, stderr: expect.stringMatching(/"office" is\s+taken/) });
  });

  it('says in plain words what features.networks means, and offers only what works', async () => {
    const ended = await guided(target, ['default', '^C']);

    const types = ended.asked.at(-1)?.choices ?? [];
    expect(types.filter(({ disabled }) => !disabled).map(({ value }) => value)).toEqual(['bridge', 'macvlan', 'sriov', 'physical', '<']);
    expect(types.find(({ disabled }) => disabled)).toMatchObject({ value: 'ovn', title: expect.stringContaining('Open vSwitch is missing on this server') });
  });

  it('says a warning of the checks once, and not again after the yes', async () => {
    const ended = await guided(target, ['plain', 'bridge', 'once0', 'none', 'none', '', 'yes']);

    expect(ended).toMatchObject({ status: 0, stdout: 'Network once0 created\n' });
    expect(ended.stderr.match(/project-effective/g)).toHaveLength(1);
  });

  it('goes back, as far as there is a question before', async () => {
    const ended = await guided(target, ['web', '<', 'plain', 'bridge', '<', 'bridge', 'back0', 'own', '<', 'none', 'none', '', 'no']);

    expect(ended).toMatchObject({ left: [], stderr: expect.stringContaining('Nothing was changed.') });
    expect(ended.asked[0]?.choices.map(({ value }) => value)).not.toContain('<');
  });

  it('takes the answers back one by one from the summary too', async () => {
    const ended = await guided(target, ['default', 'bridge', 'back1', 'none', 'none', 'one', 'back', 'two', 'no']);

    expect(ended.stderr).toContain('--description one');
    expect(ended.stderr).toContain('--description two');
  });

  it.each([
    [['^C']],
    [['default', '^C']],
    [['default', 'bridge', '^C']],
    [['default', 'bridge', 'gone0', 'none', 'none', '^C']],
    [['default', 'bridge', 'gone0', 'none', 'none', '', '^C']],
  ])('sends nothing when the user leaves after %j', async (answers) => {
    await target.clearRequests();

    const ended = await guided(target, answers);

    expect(ended).toMatchObject({ status: 130, stdout: '', left: [] });
    expect(await posts(target)).toEqual([]);
  });

  it('asks for the parent interface of a macvlan', async () => {
    const ended = await guided(target, ['default', 'macvlan', 'lan', 'eth0', '', 'yes']);

    expect(ended).toMatchObject({ status: 0, stdout: 'Network lan created\n' });
    expect(ended.stderr).toContain('incus-safenet create lan --project default --type macvlan parent=eth0\n');
  });

  it('refuses where nothing works and there is nothing to go back to', async () => {
    const ended = await guided(target, [], ['--project', 'web']);

    expect(ended).toMatchObject({ status: 3, stderr: expect.stringContaining('bridge (not here): only ovn works in project "web"') });
  });

  it.each([
    [['--project', 'nope'], 'there is no project "nope"'],
    [['office'], 'guide asks for the name of the network'],
    [['nope:'], 'The remote "nope" doesn\'t exist'],
  ])('%j is refused in words', async (argv, words) => {
    expect(await guided(target, [], argv)).toMatchObject({ status: 1, stderr: expect.stringContaining(words) });
  });
});

describe('guide on a cluster', () => {
  let target: SandboxTarget;
  beforeAll(async () => {
    target = await startSandboxTarget({ members: 2, ovs: 'none' });
  });
  afterAll(() => target.stop());

  it('creates on all members', async () => {
    const ended = await guided(target, ['bridge', 'lan0', 'none', 'none', '', 'yes']);

    expect(ended).toMatchObject({ status: 0, stdout: 'Network lan0 created\n' });
    expect(ended.stderr).toContain('incus-safenet create lan0 --project default --type bridge --all-members ipv4.address=none ipv6.address=none\n');
  });

  it('asks for the parent interface of each member', async () => {
    const ended = await guided(target, ['macvlan', 'lan1', 'eth0', 'eth0', '', 'yes']);

    expect(ended).toMatchObject({ status: 0, stdout: 'Network lan1 created\n' });
    expect(ended.stderr).toContain('create lan1 --project default --type macvlan --member-config node1:parent=eth0 --member-config node2:parent=eth0\n');
  });
});

describe('guide on a server with OVN', () => {
  let target: SandboxTarget;
  beforeAll(async () => {
    target = await startSandboxTarget({ members: 1, ovs: 'ovn' });
    await target.createProject('web', true);
  });
  afterAll(() => target.stop());

  it('creates an ovn network in a project with networks of its own', async () => {
    const ended = await guided(target, ['ovn', 'deep', 'none', 'none', 'none', '', 'yes'], ['--project', 'web'], {
      localHost: { ovsdb: async (connection) => known([connection.includes('ovn') ? 'OVN_Northbound' : 'Open_vSwitch']), isLinuxBridge: async () => false },
    });

    expect(ended).toMatchObject({ status: 0, stdout: 'Network deep created\n' });
  });

  it('does not propose the subnet of another ovn network, though the server would take it', async () => {
    await target.request('POST', '/1.0/networks?project=web', { name: 'first', type: 'ovn', config: { network: 'none', 'ipv4.address': '10.100.0.1/24', 'ipv4.nat': 'true', 'ipv6.address': 'none' } });

    const ended = await guided(target, ['ovn', 'second', 'none', '^C'], ['--project', 'web'], {
      localHost: { ovsdb: async (connection) => known([connection.includes('ovn') ? 'OVN_Northbound' : 'Open_vSwitch']), isLinuxBridge: async () => false },
    });

    expect((await target.request('GET', '/1.0/networks/first?project=web')).status).toBe(200);
    expect(ended.asked.at(-1)?.choices[0]?.value).toBe('10.101.0.1/24');
  });
});

describe('guide without a terminal', () => {
  it('says so, and what to use instead', async () => {
    const ended = await runCli('incus-safenet', ['guide'], {}, { stdin: '' });

    expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('guide asks questions, and there is no terminal to ask them on') });
  });
});

describe('the one line', () => {
  const answers: Answers = { ...noAnswers, remote: 'lab', project: "it's", type: 'macvlan', name: 'a', description: 'two  words', config: { 'user.a': 'b=c' } };

  it.each([
    [answers],
    [{ ...answers, allMembers: true }],
    [{ ...answers, allMembers: true, memberConfig: [{ member: 'node1', key: 'parent', value: 'eth0' }] }],
    [{ ...answers, remote: 'local', description: '', config: {} }],
  ])('means the same to create as the answers: %j', (given) => {
    const args = guidedArguments(given, { defaultRemote: 'local', debug: false, verbose: false });

    expect(createArguments(parseFlags(guidedWords(args), createFlags))).toEqual(args);
  });
});
