/** A word as a POSIX shell reads it back, quoted only where it has to be. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** One command as a shell reads it. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}
