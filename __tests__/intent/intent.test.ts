import { describe, expect, it } from '@jest/globals';
import { createFlags } from '../../lib/commands/create-flags.js';
import { parseFlags } from '../../lib/commands/flags.js';
import { createArguments } from '../../lib/intent/arguments.js';
import { readDocument } from '../../lib/intent/document.js';
import { explain } from '../../lib/intent/explain.js';
import { readIntent } from '../../lib/intent/read-intent.js';

async function intent(argv: string[], stdin: string | null = null) {
  const args = createArguments(parseFlags(argv, createFlags));
  const input = await readDocument(args, stdin === null ? null : Buffer.from(stdin));
  return readIntent(args, input, { remote: 'lab', network: 'web', project: 'default', projectFrom: 'default' });
}

describe('key=value', () => {
  it.each<[string[], Record<string, string>]>([
    [['a=1', 'b=2'], { a: '1', b: '2' }],
    [['a=1', 'a=2'], { a: '2' }],
    [['a='], { a: '' }],
    [['a=b=c'], { a: 'b=c' }],
    [['=x'], { '': 'x' }],
    [['raw.dnsmasq=x\ny'], { 'raw.dnsmasq': 'x\ny' }],
    [['a= b '], { a: ' b ' }],
    [['a=-'], { a: '-' }],
    [['__proto__=x'], Object.fromEntries([['__proto__', 'x']])],
  ])('%j is %j', async (pairs, config) => {
    expect((await intent(['lab:web', ...pairs])).config).toEqual(config);
  });

  it.each(['a', '', 'a:b', '-'])('%j is none', async (pair) => {
    await expect(intent(['lab:web', pair])).rejects.toMatchObject({ message: `Bad key/value pair: ${pair}` });
  });

  it('wins over the YAML of standard input, and leaves the rest of it', async () => {
    const { config } = await intent(['web', 'a=1'], 'config: {a: 0, b: 0}');

    expect(config).toEqual({ a: '1', b: '0' });
  });

  it('takes one value from standard input, as it stands there', async () => {
    const { config, description } = await intent(['web', 'raw.dnsmasq=-', 'a=1'], 'description: no YAML: at all\n');

    expect(config).toEqual({ 'raw.dnsmasq': 'description: no YAML: at all\n', a: '1' });
    expect(description).toBe('');
  });

  it('takes only one value from there', async () => {
    await expect(intent(['web', 'a=-', 'b=-'], '')).rejects.toThrow('only one key=-');
  });
});

describe('the intent', () => {
  it('has the description of the YAML unless --description says another', async () => {
    expect((await intent(['web'], 'description: from YAML')).description).toBe('from YAML');
    expect((await intent(['web', '--description=mine'], 'description: from YAML')).description).toBe('mine');
    expect((await intent(['web', '--description='], 'description: from YAML')).description).toBe('from YAML');
  });

  it('names what the YAML said in vain', async () => {
    const { droppedYamlKeys } = await intent(['web'], 'name: a\ntype: ovn\nconfig: {}\nstatus: Created\n');

    expect(droppedYamlKeys).toEqual(['name', 'type', 'status']);
  });

  it('explains itself', async () => {
    const text = explain(await intent(['lab:web', 'a=1', '-t', 'ovn', '--member-config', 'node1:parent=eth1']));

    expect(text).toBe(
      [
        'remote       lab',
        'project      default (none was named)',
        'network      web',
        'type         ovn',
        'target       every cluster member',
        'config       a=1',
        'config       parent=eth1 on node1',
        'The arguments are valid. With --explain, nothing else is done.',
        '',
      ].join('\n'),
    );
  });
});
