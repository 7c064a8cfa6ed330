import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '../../lib/commands/check.js';
import { createCommand } from '../../lib/commands/create.js';
import { dispatch } from '../../lib/commands/dispatch.js';
import type { CreateArguments } from '../../lib/intent/arguments.js';

async function run(program: string, ...argv: string[]) {
  let stdout = '';
  const calls: CreateArguments[] = [];
  const world = { stdout: { isTTY: false, columns: 80, write: (text: string) => void (stdout += text) } };
  const flow = async (args: CreateArguments) => {
    calls.push(args);
    return 0 as const;
  };

  const exitCode = await dispatch(program, argv, [createCommand(flow), checkCommand(flow)], world);
  return { stdout, exitCode, calls };
}

describe('which command', () => {
  it('incus-network-create takes the arguments of create', async () => {
    const { calls } = await run('incus-network-create', 'create', '-t', 'bridge');

    expect(calls).toMatchObject([{ subject: 'create', type: 'bridge' }]);
  });

  it.each([
    [['create', 'web', '-t', 'ovn']],
    [['add', 'web', '-t', 'ovn']],
    [['-t', 'ovn', 'create', 'web']],
    [['--type=ovn', 'create', 'web']],
  ])('incus-safenet %j creates', async (argv) => {
    const { calls } = await run('incus-safenet', ...argv);

    expect(calls).toMatchObject([{ subject: 'web', type: 'ovn', dryRun: false }]);
  });

  it('check is create without the creating', async () => {
    const { calls } = await run('incus-safenet', 'check', 'web', '--format', 'json');

    expect(calls).toMatchObject([{ subject: 'web', dryRun: true, format: 'json' }]);
  });

  it('flags before the command belong to it', async () => {
    const { calls } = await run('incus-safenet', '--project', 'create', '-q', 'create', 'web');

    expect(calls).toMatchObject([{ subject: 'web', project: 'create', quiet: true }]);
  });

  it.each([
    [['nope'], 'unknown command "nope" for "incus-safenet"'],
    [['help', 'nope'], 'unknown command "nope" for "incus-safenet"'],
    [['--foo'], 'unknown flag: --foo'],
    [['create', '--foo', '--help'], 'unknown flag: --foo'],
  ])('incus-safenet %j fails', async (argv, message) => {
    await expect(run('incus-safenet', ...argv)).rejects.toMatchObject({ message, exitCode: 1 });
  });
});

describe('help and version', () => {
  it.each([
    ['incus-network-create', []],
    ['incus-network-create', ['--type', 'ovn']],
    ['incus-network-create', ['web', '--help']],
    ['incus-safenet', ['create']],
    ['incus-safenet', ['create', '-qh']],
    ['incus-safenet', ['help', 'create']],
  ])('%s %j prints the help of create', async (program, argv) => {
    const { stdout, exitCode, calls } = await run(program, ...argv);

    expect(stdout).toContain('[<remote>:]<network> [key=value...]');
    expect(stdout).toContain('-t, --type <type>');
    expect(stdout).toContain('Exit status:');
    expect(exitCode).toBe(0);
    expect(calls).toEqual([]);
  });

  it.each([[[]], [['--help']], [['help']], [['-h']]])('incus-safenet %j lists the commands', async (argv) => {
    const { stdout } = await run('incus-safenet', ...argv);

    expect(stdout).toMatch(/^ {2}create {2,}.*\n {2}check {2,}/m);
  });

  it('names the program that was called', async () => {
    const { stdout } = await run('incus-network-create');

    expect(stdout).toContain('incus-network-create foo < config.yaml');
    expect(stdout).not.toContain('incus-safenet create');
  });

  it('has lines no longer than a wide terminal', async () => {
    const { stdout } = await run('incus-network-create');

    expect(stdout.split('\n').filter((line) => line.length > 150)).toEqual([]);
  });

  it.each([
    ['incus-network-create', ['--version']],
    ['incus-network-create', ['web', '--version']],
    ['incus-safenet', ['--version']],
    ['incus-safenet', ['create', '--version']],
  ])('%s %j prints the version and does nothing', async (program, argv) => {
    const { stdout, calls } = await run(program, ...argv);

    expect(stdout).toMatch(/^incus-safenet \d+\.\d+\.\d+\n$/);
    expect(calls).toEqual([]);
  });

  it('takes --help=false for no wish for help', async () => {
    const { calls } = await run('incus-network-create', 'web', '--help=false');

    expect(calls).toHaveLength(1);
  });
});
