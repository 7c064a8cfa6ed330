import { describe, expect, it } from '@jest/globals';
import { createFlags } from '../../lib/commands/create-flags.js';
import { parseFlags } from '../../lib/commands/flags.js';

const parse = (...argv: string[]) => parseFlags(argv, createFlags);

describe('flags and positionals', () => {
  it.each<[string, string[], Record<string, unknown>, string[]]>([
    ['a flag before the network', ['--type', 'ovn', 'web'], { type: 'ovn' }, ['web']],
    ['a flag after it', ['web', '--type=ovn'], { type: 'ovn' }, ['web']],
    ['flags between pairs', ['web', 'a=1', '-t', 'ovn', 'b=2'], { type: 'ovn' }, ['web', 'a=1', 'b=2']],
    ['a short flag with its value', ['-tovn', 'web'], { type: 'ovn' }, ['web']],
    ['a short flag with an equals sign', ['-t=ovn', 'web'], { type: 'ovn' }, ['web']],
    ['a short flag with a second equals sign', ['-t==x'], { type: '=x' }, []],
    ['a short flag whose value is an equals sign', ['-t='], { type: '=' }, []],
    ['grouped short flags', ['-qv', 'web'], { quiet: true, verbose: true }, ['web']],
    ['a group that ends in a value', ['-qtovn', 'web'], { quiet: true, type: 'ovn' }, ['web']],
    ['a group that ends in a flag with the next word', ['-qt', 'ovn', 'web'], { quiet: true, type: 'ovn' }, ['web']],
    ['a boolean with a value', ['--quiet=false', '-q=T'], { quiet: true }, []],
    ['a boolean that takes no next word', ['--quiet', 'false'], { quiet: true }, ['false']],
    ['a repeated flag', ['--type=a', '-t', 'b'], { type: 'b' }, []],
    ['an empty value', ['--type='], { type: '' }, []],
    ['an empty word as value', ['--description', ''], { description: '' }, []],
    ['a value that looks like a flag', ['--description', '--quiet'], { description: '--quiet', quiet: false }, []],
    ['a value with an equals sign', ['--description=a=b'], { description: 'a=b' }, []],
    ['a value with newlines', ['--description', 'a\nb'], { description: 'a\nb' }, []],
    ['words after --', ['--', '-q', '--type'], { quiet: false }, ['-q', '--type']],
    ['a second --', ['web', '--', '--', 'a=b'], {}, ['web', '--', 'a=b']],
    ['a lone dash', ['-'], {}, ['-']],
    ['an empty positional', [''], {}, ['']],
    ['a list flag, collected', ['--ignore-check', 'a,b', '--ignore-check=c'], { 'ignore-check': ['a,b', 'c'] }, []],
    ['a number', ['--wait', '5'], { wait: 5 }, []],
    ["the flags of Go's test runner, dropped", ['-test.v', 'web'], {}, ['web']],
  ])('reads %s', (_, argv, values, positionals) => {
    const parsed = parse(...argv);

    expect(parsed.values).toMatchObject(values);
    expect(parsed.positionals).toEqual(positionals);
  });

  // The words of the native client 6.0.4, all but the last two lines seen there.
  it.each([
    [['--foo'], 'unknown flag: --foo'],
    [['--foo=bar'], 'unknown flag: --foo'],
    [['--Type=x'], 'unknown flag: --Type'],
    [['--no-quiet'], 'unknown flag: --no-quiet'],
    [['---foo'], 'bad flag syntax: ---foo'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['-qx'], "unknown shorthand flag: 'x' in -x"],
    [['-quiet'], "unknown shorthand flag: 'u' in -uiet"],
    [['-=x'], "unknown shorthand flag: '=' in -=x"],
    [['-q='], "unknown shorthand flag: '=' in -="],
    [['-é'], "unknown shorthand flag: 'Ã' in -é"],
    [["-q'"], "unknown shorthand flag: '\\'' in -'"],
    [['--type'], 'flag needs an argument: --type'],
    [['web', '--target'], 'flag needs an argument: --target'],
    [['-t'], "flag needs an argument: 't' in -t"],
    [['-vt'], "flag needs an argument: 't' in -t"],
    [['--quiet=x'], 'invalid argument "x" for "-q, --quiet" flag: strconv.ParseBool: parsing "x": invalid syntax'],
    [['-q=x'], 'invalid argument "x" for "-q, --quiet" flag: strconv.ParseBool: parsing "x": invalid syntax'],
    [['--quiet='], 'invalid argument "" for "-q, --quiet" flag: strconv.ParseBool: parsing "": invalid syntax'],
    [['--force-local=maybe'], 'invalid argument "maybe" for "--force-local" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['--quiet="\n'], 'invalid argument "\\"\\n" for "-q, --quiet" flag: strconv.ParseBool: parsing "\\"\\n": invalid syntax'],
    [['--wait=x'], 'invalid argument "x" for "--wait" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--wait', '1.5'], 'invalid argument "1.5" for "--wait" flag: strconv.ParseInt: parsing "1.5": invalid syntax'],
  ])('refuses %j as the native client does', (argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ message }));
  });

  it('has a value for every flag', () => {
    const { values } = parse();

    expect(values).toMatchObject({ quiet: false, type: '', 'member-config': [], wait: 300 });
  });
});
