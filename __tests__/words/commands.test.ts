import { describe, expect, it } from '@jest/globals';
import { createCommand, subject } from '../../lib/words/commands.js';
import { list } from '../../lib/words/grammar.js';
import { quote } from '../../lib/words/shell.js';
import { intent } from '../checks/builders.js';

describe('a command that we propose', () => {
  it('says what was said', () => {
    const said = intent({
      remote: 'lab',
      project: 'test',
      target: 'node1',
      type: 'macvlan',
      description: "the neighbour's",
      config: { parent: 'eth0', 'user.a': 'b c' },
    });

    expect(createCommand(said)).toBe(
      `incus network create lab:web --project test --target node1 --type macvlan --description 'the neighbour'\\''s' parent=eth0 'user.a=b c'`,
    );
  });

  it.each([
    ['another project', { project: 'default' }, 'incus network create web --project default --type ovn a=b'],
    ['no type', { type: null }, 'incus network create web --project test a=b'],
    ['other config', { config: {} }, 'incus network create web --project test --type ovn'],
  ])('with %s', (_, changes, command) => {
    expect(createCommand(intent({ project: 'test', type: 'ovn', config: { a: 'b' } }), changes)).toBe(command);
  });

  it('keeps --project default where it was said, since the environment may say otherwise', () => {
    expect(createCommand(intent({ projectFrom: 'flag' }))).toBe('incus network create web --project default');
  });

  it.each([
    ['local', 'web'],
    ['lab', 'lab:web'],
  ])('on remote %s names %s', (remote, name) => {
    expect(subject(remote, 'web')).toBe(name);
  });

  it.each([
    ['', `''`],
    ['a&b', `'a&b'`],
    ['$(id)', `'$(id)'`],
    ['two\nlines', `'two\nlines'`],
    ['user.a=10.0.0.1/24,x:y', 'user.a=10.0.0.1/24,x:y'],
  ])('quotes %j as %j', (argument, quoted) => {
    expect(quote(argument)).toBe(quoted);
  });

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('lists %j as %j', (words, text) => {
    expect(list(words)).toBe(text);
  });
});
