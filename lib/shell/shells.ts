/** The shells that we write for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A word that the shell reads back as it is. */
export function quoted(word: string, shell: Shell): string {
  if (/^[\w@%+,./:-]+$/.test(word)) return word;
  if (shell === 'fish') return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
