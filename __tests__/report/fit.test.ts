import { describe, expect, it } from '@jest/globals';
import { fit, say } from '../../lib/report/fit.js';

const fitted = (line: string, columns: number) => fit(line, columns).split('\n');

describe('a line that is wider than the terminal', () => {
  it('is broken at blanks, and continues below its text', () => {
    expect(fitted('  type-default    no --type was given, so the type would be "ovn"', 50)).toEqual([
      '  type-default    no --type was given, so the type',
      '                  would be "ovn"',
    ]);
  });

  it('continues below the text of the last column', () => {
    expect(fitted('  pass  ovn-available  only ovn networks need Open vSwitch and OVN', 52)).toEqual([
      '  pass  ovn-available  only ovn networks need Open',
      '                       vSwitch and OVN',
    ]);
  });

  it('goes below its label where there is no room beside it', () => {
    expect(fitted('  type-default    no --type was given, so the type would be "ovn"', 40)).toEqual([
      '  type-default',
      '      no --type was given, so the type',
      '      would be "ovn"',
    ]);
  });

  it.each([
    ['Error: cannot create network "web" in project "default"', ['Error: cannot create network "web" in', '       project "default"']],
    ['The server would fail, and take its record back again.', ['The server would fail, and take its', 'record back again.']],
    ['  1. interface incusbr0: the dnsmasq of Incus serves it', ['  1. interface incusbr0: the dnsmasq of', '     Incus serves it']],
    ['  a step that was done and that takes some words', ['  a step that was done and that takes', '      some words']],
  ])('%s', (line, lines) => {
    expect(fitted(line, 40)).toEqual(lines);
  });

  it('stays whole where it is as wide as the terminal', () => {
    expect(fitted('x'.repeat(20) + ' ' + 'y'.repeat(19), 40)).toHaveLength(1);
  });

  it.each([
    [`${' '.repeat(37)}fix: choose another name for it`, ['    fix: choose another name for it']],
    [`${' '.repeat(37)}fix: incus cluster list`, ['    fix:', '      incus cluster list']],
    [`${' '.repeat(37)}incus cluster list`, ['    incus cluster list']],
  ])('begins further to the left where it was indented too deeply (%j)', (line, lines) => {
    expect(fitted(line, 40)).toEqual(lines);
  });

  it('keeps a word that is wider than the terminal', () => {
    expect(fitted(`at ${'x'.repeat(50)} it ends`, 40)).toEqual(['at', 'x'.repeat(50), 'it ends']);
  });
});

describe('a command to be pasted', () => {
  const command = 'incus network create web --project default --type bridge';

  it('stays one line, however long', () => {
    expect(fitted(`  ${command}`, 40)).toEqual([`  ${command}`]);
  });

  it('has a line of its own after the words before it', () => {
    expect(fitted(`  fix: name an interface of the host, for example: ${command}`, 40)).toEqual([
      '  fix: name an interface of the host,',
      '       for example:',
      `       ${command}`,
    ]);
  });

  it('has a line of its own after what it is about', () => {
    expect(fitted(`    network "web" in project "test"   incus-safenet repair web --project test`, 60)).toEqual([
      '    network "web" in project "test"',
      '      incus-safenet repair web --project test',
    ]);
  });

  it('has what is said of it below it', () => {
    expect(fitted('  incus-safenet create foo --all-members   Create it on every cluster member, all or nothing', 50)).toEqual([
      '  incus-safenet create foo --all-members',
      '      Create it on every cluster member, all or',
      '      nothing',
    ]);
  });

  it('stays whole where the blanks are in quotes', () => {
    const quoted = `  incus network create web --description 'two  blanks and then some more words'`;

    expect(fitted(quoted, 50)).toEqual([quoted]);
  });

  it('may be flags that are to be added', () => {
    expect(fitted('Continue anyway: --ignore-check type-default,ovn-available', 40)).toEqual(['Continue anyway:', '  --ignore-check type-default,ovn-available']);
  });
});

describe('what is said', () => {
  it.each([
    [true, 'one two three\nfour'],
    [false, 'one two three four'],
  ])('is fitted on a terminal only (%s)', (isTTY, expected) => {
    let written = '';

    say({ isTTY, columns: 14, write: (text) => void (written += text) }, 'one two three four');

    expect(written).toBe(expected);
  });
});
