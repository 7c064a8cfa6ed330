/**
 * Breaks a line between words. `first`: columns that are taken on the first line; `indent`: spaces before all the
 * others. A word that is longer than a line stays whole.
 */
export function folded(text: string, { columns, first, indent }: { columns: number; first: number; indent: number }): string {
  const lines = [''];
  let room = columns - first;
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length < room) lines[lines.length - 1] = `${line} ${word}`;
    else {
      lines.push(word);
      room = columns - indent;
    }
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
