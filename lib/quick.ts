import { catalogue } from './commands/catalogue.js';
import type { Flows } from './commands/catalogue.js';
import type { Terminal } from './commands/define.js';
import { answerText } from './shell/answer.js';
import { questionOf } from './shell/question.js';

/**
 * What a shell asks at its start or between two keys, where the answer takes nothing from outside: completion of
 * commands, flags and fixed words, and the functions for the shells. Null for all else. The world, with its libraries,
 * takes three times as long to load as this answer takes.
 */
export async function quickAnswer(program: string, argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  // Looked at, and run only where they have no flow.
  const commands = catalogue<Terminal>({} as Flows<Terminal>);
  const [word, argument, ...more] = argv;

  if (word === '__complete' && env.INCUS_ALIASES !== '1') {
    const question = questionOf(program, commands, argv.slice(1));
    if (question.wants !== null && 'kind' in question.wants) return null;
    return answerText(question, question.wants?.words ?? []);
  }
  if (program !== 'incus-safenet' || (word !== 'shell-init' && word !== 'completion') || !/^(bash|zsh|fish)$/.test(argument ?? '') || more.length > 0) return null;

  let text = '';
  await commands.find(({ name }) => name === word)?.run({ values: {}, positionals: [argument ?? ''] }, { stdout: { isTTY: false, columns: 80, write: (part) => void (text += part) } });
  return text;
}
