import { fileURLToPath } from 'node:url';

/** Where our programs are: beside lib/ and dist/. No link of a package manager, which may go with the next version of Node. */
export function programPath(program: 'incus-network-create' | 'incus-safenet'): string {
  return fileURLToPath(new URL(`../../bin/${program}.js`, import.meta.url));
}
