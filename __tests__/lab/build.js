import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Before the lab starts: the programs are built, so that what runs there is what stands in lib/. */
// eslint-disable-next-line import/no-default-export -- jest calls the default export
export default function build() {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../lib/build/build.js', import.meta.url))], { stdio: ['ignore', 'ignore', 'inherit'] });
}
