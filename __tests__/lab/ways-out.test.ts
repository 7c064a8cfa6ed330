import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DoctorReport } from '../../lib/report/doctor-json.js';
import { startLab } from './servers.js';
import type { LabServer } from './servers.js';

/** A refusal, the state that it comes from, and what is to be gone before the next of its commands is run. */
interface Case {
  title: string;
  arrange?: string[];
  argv: string[];
  /** How many things to paste it has. */
  ways: number;
  cleanUp?: string;
}

const cases: Case[] = [
  { title: 'a project without OVN', argv: ['acc', '--project', 'test'], ways: 2, cleanUp: 'incus network delete acc' },
  { title: 'a type that its project does not take', argv: ['sup', '--project', 'other', '--type', 'bridge'], ways: 2, cleanUp: 'incus network delete sup' },
  { title: 'a network that no member has defined', argv: ['undef', 'ipv6.address=none'], ways: 2, cleanUp: 'incus network delete undef' },
  { title: 'a member that has it defined already', arrange: ['incus network create half --target node1'], argv: ['half', '--target', 'node1'], ways: 1 },
  { title: 'the last member that has it defined already', arrange: ['incus network create full --target node1', 'incus network create full --target node2'], argv: ['full', '--target', 'node2'], ways: 1 },
  { title: 'definitions of another type', arrange: ['incus network create kind --target node1 --type bridge', 'incus network create kind --target node2 --type bridge'], argv: ['kind', '--type', 'macvlan'], ways: 1 },
  { title: 'keys of the whole network for one member', argv: ['scope', '--target', 'node1', 'ipv4.nat=true'], ways: 1 },
  { title: 'keys of one member for the whole network', arrange: ['incus network create own --target node1', 'incus network create own --target node2'], argv: ['own', 'bridge.external_interfaces=eth9'], ways: 1 },
  { title: 'a name that is taken', arrange: ['incus-safenet create taken --all-members'], argv: ['taken', '--all-members'], ways: 1 },
  { title: 'an interface of that name', argv: ['eth9', '--all-members'], ways: 1 },
  { title: 'a member that is none', argv: ['lost', '--target', 'node9'], ways: 1 },
  { title: 'a project that is none', argv: ['lost', '--project', 'nowhere'], ways: 1 },
  { title: 'a project that is full', argv: ['lost', '--project', 'small', '--ignore-check', 'type-default,ovn-available'], ways: 1 },
  { title: 'an ACL that is none', argv: ['lost', '--all-members', 'security.acls=web-acl'], ways: 1 },
  { title: 'a zone that is none', argv: ['lost', '--all-members', 'dns.zone.forward=lab.example'], ways: 1 },
];

/** What a person pastes: each command by itself, and lines that stand for steps together. */
function pasteable(refusal: string): string[] {
  const lines = refusal.split('\n').map((line) => line.trim());
  const commands = lines.slice(lines.indexOf('Instead:') + 1).map((line) => /^(?:.*: )?((?:incus|incus-safenet|ip) .*|or, step by step:)$/.exec(line)?.[1] ?? '');
  const marker = commands.indexOf('or, step by step:');
  const single = (marker < 0 ? commands : commands.slice(0, marker)).filter((line) => line !== '');

  return marker < 0 ? single : [...single, commands.slice(marker + 1).filter((line) => line !== '').join(' && ')];
}

describe('every command that is printed', () => {
  let lab: LabServer;
  const shell = (line: string) => {
    const programs = { incus: lab.clientArgv([]), 'incus-safenet': lab.argvOf('incus-safenet', []) };
    const functions = Object.entries(programs).map(([name, argv]) => `${name}() { command ${argv.join(' ')} "$@"; }; `);
    return lab.exec('node1', ['bash', '-c', `${functions.join('')}${line}`]);
  };
  const must = async (line: string): Promise<void> => {
    const { status, stdout, stderr } = await shell(line);
    expect([line, status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([line, 0, '']);
  };

  beforeAll(async () => {
    lab = await startLab({ members: 2, ovs: 'none' });
    await lab.createProject('test', true);
    await lab.createProject('other', true);
    await lab.createProject('shared', false);
    await lab.createProject('small', true, { 'limits.networks': '0' });
    await lab.addInterface('node1', 'eth9');
    await lab.addInterface('node2', 'eth9');
  }, 90_000);
  afterAll(() => lab.stop(), 60_000);

  it.each(cases)('with a refusal runs as it is: $title', async ({ arrange = [], argv, ways, cleanUp }) => {
    for (const line of arrange) await must(line);

    const { status, stderr } = await lab.safenet('incus-network-create', argv);
    const commands = pasteable(stderr);

    expect([status, commands, commands.length]).toEqual([3, commands, ways]);
    for (const command of commands) {
      await must(command);
      if (cleanUp !== undefined) await shell(cleanUp);
    }
  }, 60_000);

  it('with the warning of a network that lands in default runs as it is', async () => {
    const { status, stderr } = await lab.safenet('incus-network-create', ['land', '--project', 'shared', '--all-members', 'ipv6.address=none']);
    await must('incus network delete land');
    const [, command = ''] = /check: project-effective\n +hint: +(.*)\n/.exec(stderr) ?? [];

    expect([status, command]).toEqual([0, 'incus-safenet create land --project default ipv6.address=none --all-members']);
    await must(command);
  });

  it('takes a hidden record away, once the question is answered', async () => {
    await shell('incus network create hid --project test');

    const { stderr } = await lab.safenet('incus-network-create', ['hid', '--project', 'test']);
    const repair = pasteable(stderr).find((command) => command.startsWith('incus-safenet repair'));

    await must(`${repair} --yes`);
    await expect(lab.select("SELECT name FROM networks WHERE name = 'hid'")).resolves.toEqual([]);
  });

  it('of doctor, worst first: then it finds nothing any more', async () => {
    await shell('incus network create hid --project test');
    await must('incus network create pend --target node1');

    const { findings } = DoctorReport.parse(JSON.parse((await lab.safenet('incus-safenet', ['doctor', '--format', 'json'])).stdout));
    for (const { fix } of findings) {
      const command = /(?:^|: )(incus.*)$/.exec(fix)?.[1] ?? fix;
      await must(command.startsWith('incus-safenet repair') ? `${command} --yes` : command);
    }

    expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['hidden-record', 'pending-record', 'project-at-risk']));
    await must('incus-safenet doctor');
  });
});
