import { CliError } from '../../errors.js';

/**
 * The text of a YAML stream, by the rules of the reader inside the native client's parser (gopkg.in/yaml.v2): UTF-8, or
 * UTF-16 with a byte order mark, and no control characters. Every line break becomes a line feed.
 */
export function yamlText(bytes: Uint8Array): string {
  const text = decoded(bytes);
  if (forbidden.test(text)) throw new CliError('yaml: control characters are not allowed');
  if (/[\u2028\u2029]/.test(text)) throw new CliError('yaml: U+2028 and U+2029 end a line in YAML 1.1 and not in YAML 1.2: write them as \\L or \\P');

  return text.replace(/\r\n|\r|\x85/g, '\n');
}

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function decoded(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`yaml: ${encoding === 'utf-8' ? utf8Problem(bytes) : 'invalid UTF-16'}`);
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** The reader's words for the first octet that it does not understand. */
function utf8Problem(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const width = widthOf(first);
    if (width === 0) return 'invalid leading UTF-8 octet';
    if (at + width > bytes.length) return 'incomplete UTF-8 octet sequence';

    let code = width === 1 ? first : first & (0xff >> (width + 1));
    for (const octet of bytes.subarray(at + 1, at + width)) {
      if ((octet & 0xc0) !== 0x80) return 'invalid trailing UTF-8 octet';
      code = code * 64 + (octet & 0x3f);
    }
    if (code < (leastOfWidth[width] ?? 0)) return 'invalid length of a UTF-8 sequence';
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 'invalid Unicode character';
    if (code < 0x20 && ![0x09, 0x0a, 0x0d].includes(code)) return 'control characters are not allowed';
    at += width;
  }
  return 'invalid UTF-8';
}

const leastOfWidth = [0, 0, 0x80, 0x800, 0x10000];

function widthOf(first: number): number {
  if (first < 0x80) return 1;
  if ((first & 0xe0) === 0xc0) return 2;
  if ((first & 0xf0) === 0xe0) return 3;
  return (first & 0xf8) === 0xf0 ? 4 : 0;
}
