import { wrap } from '../report/wrap.js';

/**
 * Breaks a line between words, and leaves its last column free. `first`: columns that are taken on the first line;
 * `indent`: spaces before all the others. A word that is longer than a line stays whole.
 */
export function folded(text: string, { columns, first, indent }: { columns: number; first: number; indent: number }): string {
  return wrap(text, columns - indent - 1, columns - first - 1).join(`\n${' '.repeat(indent)}`);
}
