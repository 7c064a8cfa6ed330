/** Go's ways of writing and reading small values, which the native client's messages show. */

const letters: Record<string, string> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\',
};

function escaped(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;

  const letter = letters[character];
  if (letter !== undefined) return letter;
  if (character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;

  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `%q` of a string. */
export function goQuote(text: string): string {
  return `"${[...text].map((character) => escaped(character, '"')).join('')}"`;
}

/** `%q` of one byte: pflag looks at shorthands byte by byte, so `-é` is reported as `'Ã'`. */
export function goQuoteByte(byte: number): string {
  return `'${escaped(String.fromCharCode(byte), "'")}'`;
}

const booleans: Record<string, boolean> = {
  1: true, t: true, T: true, TRUE: true, true: true, True: true,
  0: false, f: false, F: false, FALSE: false, false: false, False: false,
};

/** strconv.ParseBool; undefined where Go says "invalid syntax". */
export function parseGoBoolean(text: string): boolean | undefined {
  return Object.hasOwn(booleans, text) ? booleans[text] : undefined;
}
