import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseByLibrary } from '../../lib/intent/yaml/parse.js';
import { plainYaml } from '../../lib/intent/yaml/plain.js';

/** As `incus remote add` and `incus alias add` of 6.0.4 leave it. */
const written = `default-remote: local
remotes:
  images:
    addr: https://images.linuxcontainers.org
    protocol: simplestreams
    public: true
  lab:
    addr: https://10.99.0.1:8443
    auth_type: tls
    project: default
    protocol: incus
    public: false
  local:
    addr: unix://
    public: false
aliases:
  network create: /usr/bin/incus-network-create @ARGS@
defaults: {}
`;

const key = fc.constantFrom('a', 'remotes', 'default-remote', 'network create', 'y', 'null', 'a_1', 'A', '1', '<<', 'a:b', '- a', '"a"', "it's", '? a');
const value = fc.constantFrom(
  ...['', ' x', ' true', ' 1', ' ~', ' {}', ' {} ', ' unix://', ' https://10.0.0.1:8443', ' a b', ' a  b', ' a: b', ' a:', ' a #b', ' a#b', ' #b', ' - a', ' -a', ' ?a', ' @a'],
  ...[' a @b', ' &a', ' *a', ' !a', ' |', ' >', ' "a"', " 'a'", ' [a]', ' %a', ' a,b', ' a]', ' a}', ' a ', '\ta', ' a\tb', 'a', ' é', ' /usr/bin/x @ARGS@', ' 1_000', ' a\\b', ' a:b:c', ' ""', ' "" ', ' ""a'],
);
const line = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.nat({ max: 4 }), key, value).map(([indent, name, text]) => `${' '.repeat(indent)}${name}:${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '---', '...', '# a', '  # a', '- a', 'a', '  a', '%YAML 1.1', '\ta: b', '{}') },
);
/** Deeper by two where there is no value: most of them are whole. */
const whole = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.constantFrom('a', 'b', 'some words'), fc.constantFrom('', ' x', ' {}', ' ""', ' unix://', ' a b @c')), { minLength: 1, maxLength: 8 }).map((lines) => {
  let depth = 0;
  const texts = lines.map(([back, name, text], at) => {
    const own = `${'  '.repeat(depth)}${name}:${text || (at === lines.length - 1 ? ' x' : '')}`;
    depth = text === '' ? depth + 1 : Math.max(0, depth - back);
    return own;
  });
  return `${texts.join('\n')}\n`;
});

describe('YAML that is read without the library', () => {
  it.each([written, '{}\n', 'a: b'])('is read: %j', async (text) => {
    const seen = plainYaml(text);

    expect(seen).not.toBeNull();
    expect(seen).toEqual(await parseByLibrary(text));
  });

  it('is most of what has its form', () => {
    expect(fc.sample(whole, { numRuns: 100, seed: 1 }).filter((text) => plainYaml(text) !== null).length).toBeGreaterThan(90);
  });

  it('means the same to the library', async () => {
    const text = fc.oneof(whole, fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n')));
    await fc.assert(
      fc.asyncProperty(text, async (document) => {
        const seen = plainYaml(document);
        if (seen !== null) expect(seen).toEqual(await parseByLibrary(document));
      }),
      { numRuns: 3_000 },
    );
  });
});
