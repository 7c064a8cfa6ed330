import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { Shell } from '../../lib/shell/shells.js';
import { eventually } from '../helpers/run.js';
import type { OnTerminal } from '../helpers/terminal.js';
import { keys } from '../helpers/terminal.js';
import type { Target } from '../helpers/target.js';
import type { Stage } from '../terminal/stage.js';

/** An interactive shell without what its user has configured. */
const interactive: Record<Shell, string[]> = { bash: ['bash', '--norc', '--noprofile', '-i'], zsh: ['zsh', '-d', '-f', '-i'], fish: ['fish', '--no-config'] };
const isFunction: Record<Shell, string> = { bash: 'type -t incus', zsh: 'whence -w incus', fish: 'type -t incus' };

/** Ctrl-C on a terminal on which `incus network create` comes to us: through the function, or as `load` has it. */
export function describeInterrupt(shell: Shell, stage: () => Stage<Target>, folder: () => string, init: () => Promise<string>): void {
  let terminal: OnTerminal;
  afterEach(() => terminal.close());

  it(`on Ctrl-C in ${shell}, interrupts the create once, has 130, and is there afterwards`, async () => {
    const file = join(folder(), `interrupt.${shell}`);
    writeFileSync(file, await init());
    terminal = stage().openShell(interactive[shell]);
    // The words are put together by the shell, so that the line that is typed does not hold them.
    terminal.type(`source ${file}${keys.enter}echo load''ed${keys.enter}`);
    await terminal.shows('loaded');

    // Where the server is done before it is held, or answers at the same time, the network stays, and it is tried again.
    let name = '';
    for (let attempt = 1; attempt === 1 || (attempt <= 5 && (await terminal.has(`Network ${name} created`))); attempt++) {
      name = `${shell}${attempt}`;
      const held = await stage().hold();
      terminal.type(`incus network create ${name} ipv4.address=none ipv6.address=none${keys.enter}`);
      await held.reached();
      terminal.type(keys.interrupt);
      await eventually('an answer to Ctrl-C', async () => (await terminal.has('Waiting for the server to answer before undoing')) || terminal.has(`Network ${name} created`));
      await held.goOn();
      await eventually('the end of the create', async () => (await terminal.has('was rolled back')) || terminal.has(`Network ${name} created`));
    }
    terminal.type(`echo stat''us $${shell === 'fish' ? 'status' : '?'}${keys.enter}`);
    await terminal.shows('status 130');

    expect((await terminal.screen()).join('\n')).not.toContain('incus-safenet recover');
    expect(await stage().target.select(`SELECT name FROM networks WHERE name = '${name}'`)).toEqual([]);
    terminal.type(`${isFunction[shell]}; incus network create --vers''ion; echo en''d${keys.enter}`);
    await terminal.shows('end');
    await terminal.shows('function');
    await terminal.shows('incus-safenet 0');
  });
}
