import path from 'node:path';

/** Stands in for lib/shell/program.ts in the executable: both programs are names of one file. */
export function programPath(program: 'incus-network-create' | 'incus-safenet'): string {
  return path.join(path.dirname(process.execPath), program);
}
