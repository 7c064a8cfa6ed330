import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mostStandardInput, readDocument } from '../../lib/intent/document.js';
import { CliError } from '../../lib/errors.js';
import { seen, seenOtherwise } from './yaml-seen.js';

const read = (text: string | Buffer) => readDocument({ pairs: [] }, Buffer.from(text as string));

async function errorOf(text: string | Buffer): Promise<string | null> {
  try {
    await read(text);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    return (error as CliError).message;
  }
}

describe('YAML on standard input', () => {
  it.each<[string, Record<string, string>]>([
    ['a: true\nb: 1450\nc: 0x10\nd: 1_000\ne: 010\nf: 1e3\ng: yes\nh: 2020-01-01\ni: 12:30:45', { a: 'true', b: '1450', c: '0x10', d: '1_000', e: '010', f: '1e3', g: 'yes', h: '2020-01-01', i: '12:30:45' }],
    ['a:\nb: ~\nc: null\nd: ""', { a: '', b: '', c: '', d: '' }],
    ['a: 1\na: 2', { a: '2' }],
    ['"a": "x\\ny\\u00e9"\n\'b\': \'it\'\'s\'', { a: 'x\nyé', b: "it's" }],
    ['a: |\n  x\n  y\nb: >-\n  x\n  y', { a: 'x\ny\n', b: 'x y' }],
    ['1: x\ntrue: y\n~: z', { 1: 'x', true: 'y', '': 'z' }],
    ['a: !!str 1\nb: !!int "5"\nc: !mine x\nd: !!binary aGk=', { a: '1', b: '5', c: 'x', d: 'hi' }],
    ['a: &x 1\nb: *x', { a: '1', b: '1' }],
    ['__proto__: x', Object.fromEntries([['__proto__', 'x']])],
  ])('reads the config %j', async (config, expected) => {
    const indented = `config:\n${config.replace(/^/gm, '  ')}\n`;

    expect((await read(indented)).config).toEqual(expected);
  });

  it.each<[string, Record<string, string>]>([
    ['base: &b {a: 1, b: 2}\nconfig: {<<: *b, b: 3}', { a: '1', b: '3' }],
    ['base: &b {a: 1, b: 2}\nconfig: {b: 3, <<: *b}', { a: '1', b: '2' }],
    ['base: &b {a: 1}\nmore: &m {a: 2, c: 4}\nconfig: {<<: [*b, *m]}', { a: '1', c: '4' }],
    ['config: {"<<": x}', { '<<': 'x' }],
    ['{"config": {"a": 1, "b": true, "c": null}}', { a: '1', b: 'true', c: '' }],
    ['\ufeffconfig: {a: b}', { a: 'b' }],
    ['config:\r\n  a: b\r\n', { a: 'b' }],
    ['config: {a: b}\n---\nconfig: {a: c}\n', { a: 'b' }],
    ['config: {a: b}\n---\n- not\n  : looked\n at', { a: 'b' }],
    ['config:\n  a: |\n    no line feed at the end', { a: 'no line feed at the end' }],
  ])('reads %j', async (text, expected) => {
    expect((await read(text)).config).toEqual(expected);
  });

  it('reads UTF-16 with its mark', async () => {
    expect((await read(Buffer.from('\ufeffconfig: {a: é}', 'utf16le'))).config).toEqual({ a: 'é' });
  });

  it.each(['', '\n', '# nothing', '---\n', '~', 'config:', 'config: ~\ndescription:'])('takes %j for nothing', async (text) => {
    expect(await read(text)).toEqual({ config: {}, description: '', droppedKeys: [], value: null });
  });

  it('does not look at a terminal', async () => {
    expect(await readDocument({ pairs: ['a=-'] }, null)).toEqual({ config: {}, description: '', droppedKeys: [], value: null });
  });

  it.each(seen)('says to %j what the native client says', async (text, native) => {
    expect(await errorOf(text)).toBe(native);
  });

  it.each(seenOtherwise)('says to %j not %j but %j', async (text, _, ours) => {
    expect(await errorOf(text)).toBe(ours);
  });

  it.each(['\u2028', '\u2029'])('refuses the line breaks on which YAML versions disagree', async (character) => {
    expect(await errorOf(`description: a${character}b`)).toMatch(/^yaml: U\+2028 and U\+2029 end a line/);
  });
});

describe('standard input that is no YAML of a network', () => {
  it.each([
    ['zeros', Buffer.alloc(mostStandardInput + 1)],
    ['text', Buffer.alloc(10_000_000, 'a: b\n')],
  ])('is refused at once when it is too long: %s', async (_, bytes) => {
    expect(await errorOf(bytes)).toBe("standard input is larger than 1 MiB, which is no network's YAML");
  });

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['indentation', Array.from({ length: 1_400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('gets one line of error when it is nested too deeply: %s', async (_, text) => {
    expect(await errorOf(text)).toMatch(/^(?:yaml: [^\n]*|null)$/);
  });

  it('gets an error when its aliases multiply', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `l${level + 1}: &l${level + 1} {<<: [${Array(10).fill(`*l${level}`).join(', ')}]}`);
    const text = ['l0: &l0 {a: b}', ...levels, 'config: *l12'].join('\n');

    expect(await errorOf(text)).toBe('yaml: document contains excessive aliasing');
  });

  it('never gets a stack trace', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await errorOf(Buffer.from(bytes))).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('is read in a time that does not explode', async () => {
    const entries = Array.from({ length: 30_000 }, (_, number) => `  user.key${number}: value`);
    const start = Date.now();

    await read(`config:\n${entries.join('\n')}\n`);

    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
