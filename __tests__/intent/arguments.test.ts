import { describe, expect, it } from '@jest/globals';
import { createFlags } from '../../lib/commands/create-flags.js';
import { parseFlags } from '../../lib/commands/flags.js';
import { createArguments } from '../../lib/intent/arguments.js';

const read = (...argv: string[]) => createArguments(parseFlags(argv, createFlags));

describe('the arguments of create', () => {
  it('are the network and its pairs, and nothing else unless asked for', () => {
    expect(read('lab:web', 'a=1', 'b')).toEqual({
      subject: 'lab:web',
      pairs: ['a=1', 'b'],
      description: '',
      target: null,
      type: null,
      project: null,
      forceLocal: false,
      explain: false,
      allMembers: false,
      memberConfig: [],
      dryRun: false,
      ifNotExists: false,
      format: 'text',
      ignoredChecks: [],
      wait: 300,
      yes: false,
      quiet: false,
      verbose: false,
      debug: false,
    });
  });

  it('take an empty --type, --target and --project for none', () => {
    expect(read('web', '--type=', '--target', '', '--project=')).toMatchObject({ type: null, target: null, project: null });
  });

  it('split --ignore-check at commas', () => {
    expect(read('web', '--ignore-check', 'name-free, subnet-free', '--ignore-check=all,,name-free').ignoredChecks).toEqual([
      'name-free',
      'subnet-free',
      'all',
    ]);
  });

  it.each([
    ['node1:parent=eth1', { member: 'node1', key: 'parent', value: 'eth1' }],
    ['node1:parent=', { member: 'node1', key: 'parent', value: '' }],
    ['node1:a=b=c:d\ne', { member: 'node1', key: 'a', value: 'b=c:d\ne' }],
  ])('read --member-config %j, which means all members', (text, expected) => {
    expect(read('web', '--member-config', text)).toMatchObject({ memberConfig: [expected], allMembers: true });
  });

  it.each([
    [['--member-config', 'parent=eth1'], 'bad --member-config "parent=eth1": it takes MEMBER:key=value'],
    [['--member-config', ':parent=eth1'], 'bad --member-config ":parent=eth1": it takes MEMBER:key=value'],
    [['--member-config', 'node1:=eth1'], 'bad --member-config "node1:=eth1": it takes MEMBER:key=value'],
    [['--member-config', 'node1:parent'], 'bad --member-config "node1:parent": it takes MEMBER:key=value'],
    [['--format', 'yaml'], 'unknown --format "yaml": use text or json'],
    [['--wait', '0'], '--wait takes a number of seconds from 1 to 2000000, not 0'],
    [['--wait=-1'], '--wait takes a number of seconds from 1 to 2000000, not -1'],
    [['--all-members', '--target', 'node1'], '--target names one cluster member, --all-members and --member-config mean all of them: use one or the other'],
  ])('refuse %j', (argv, message) => {
    expect(() => read('web', ...argv)).toThrow(expect.objectContaining({ message, exitCode: 1 }));
  });
});
