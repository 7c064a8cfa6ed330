import type { ExitCode } from '../errors.js';
import { CliError, exitCodes } from '../errors.js';
import { guidedArguments, guidedWords, noAnswers, questions } from '../intent/guided.js';
import type { Answers, Eyes, Question } from '../intent/guided.js';
import { splitRemote } from '../remotes/resolve.js';
import { summary, whatNext } from '../report/guide.js';
import type { World } from '../world.js';
import { configOf } from './connect.js';
import { create } from './create.js';
import { openEyes } from './guide-eyes.js';
import type { Interrupts } from './interrupts.js';
import { watchInterrupts } from './interrupts.js';
import type { Progress } from './progress.js';
import { progressOn } from './progress.js';

export interface GuideArguments {
  /** `[<remote>:]` as written; empty: asked. */
  subject: string;
  /** --project; null: asked. */
  project: string | null;
  debug: boolean;
  verbose: boolean;
}

/** Questions, and then the same create as without them. Until the last yes nothing is sent that changes anything. */
export async function guide(args: GuideArguments, world: World): Promise<ExitCode> {
  if (!world.stdin.isTTY || !world.stderr.isTTY) {
    throw new CliError('guide asks questions, and there is no terminal to ask them on', { hint: 'incus-safenet create --help   # the same in one line' });
  }
  const config = await configOf(world);
  const { remoteName, name } = splitRemote(args.subject, config);
  if (name !== '') throw new CliError(`guide asks for the name of the network: "${args.subject}" should be a remote`, { hint: `incus-safenet guide ${args.subject}:   # where that is a remote` });

  const interrupts = watchInterrupts(world);
  const progress = progressOn({ quiet: false, verbose: args.verbose }, world);
  const eyes = openEyes({ remote: args.subject === '' ? null : remoteName, project: args.project }, config, { args, progress }, world);
  try {
    return await converse(start(args, eyes, config.defaultRemote, remoteName), args, { eyes, interrupts, progress, defaultRemote: config.defaultRemote }, world);
  } finally {
    progress.end();
    interrupts.release();
    await eyes.close();
  }
}

/** Typed, or chosen at the end of a list. */
const BACK = '<';

/** In lines that fit a narrow terminal. */
const greeting = `Nothing is changed before the last yes.
"${BACK}" goes back a question, Ctrl-C leaves.
`;

interface Conversation {
  eyes: Eyes;
  interrupts: Interrupts;
  progress: Progress;
  defaultRemote: string;
}

interface Turn {
  at: number;
  answers: Answers;
}

function start({ project }: GuideArguments, eyes: Eyes, defaultRemote: string, remoteName: string): Turn {
  const remote = eyes.remotes.length === 1 ? (eyes.remotes[0] ?? remoteName) : defaultRemote;
  return { at: 0, answers: { ...noAnswers, remote, project: project ?? 'default' } };
}

async function converse(first: Turn, args: GuideArguments, { eyes, interrupts, progress, defaultRemote }: Conversation, world: World): Promise<ExitCode> {
  const asked: Turn[] = [];
  let turn = first;
  let isGreeted = false;
  for (;;) {
    const asking = questions[turn.at];
    if (asking === undefined) {
      const create = guidedArguments(turn.answers, { ...args, defaultRemote });
      const decision = await decide(create, world);
      if (decision !== 'back') return decision;
      turn = asked.pop() ?? first;
      continue;
    }
    const question = await interrupts.unlessRequested(asking(turn.answers, eyes));
    progress.end();
    if (question === null) {
      turn = { at: turn.at + 1, answers: turn.answers };
      continue;
    }
    if (!isGreeted) world.stderr.write(`${greeting}\n`);
    isGreeted = true;
    const answer = await put(question, asked.length > 0, world);
    if (answer === null) turn = asked.pop() ?? turn;
    else {
      asked.push(turn);
      turn = { at: turn.at + 1, answers: question.take(answer) };
    }
  }
}

/** The answer; null for going back. */
async function put(question: Question, canGoBack: boolean, world: World): Promise<string | null> {
  if (question.kind === 'choose' && !canGoBack && question.choices.every(({ disabled }) => disabled)) {
    throw new CliError(`${question.title}:\n${question.choices.map(({ title }) => `  ${title}`).join('\n')}`, { exitCode: exitCodes.refused, hint: 'incus-safenet guide   (and another project)' });
  }
  const answer =
    question.kind === 'choose'
      ? await world.choose(question.title, [...question.choices, ...(canGoBack ? [{ value: BACK, title: `${BACK} back` }] : [])])
      : await world.ask(question.title, { initial: question.initial, problem: (value) => (value === BACK && canGoBack ? null : question.problem(value)) });
  return answer === BACK && canGoBack ? null : answer;
}

/** What would be done, what the checks say of it, and the last question. */
async function decide(args: ReturnType<typeof guidedArguments>, world: World): Promise<ExitCode | 'back'> {
  world.stderr.write(`\n${summary(guidedWords(args))}\n`);
  const told = new Set<string>();
  const judged = await create({ ...args, dryRun: true }, world, told);
  world.stderr.write('\n');

  const yes = judged === exitCodes.ok ? [{ value: 'yes', title: 'yes: create it' }] : [];
  const decision = await world.choose(judged === exitCodes.ok ? 'Create it?' : 'The checks refuse it. What now?', [
    ...yes,
    { value: 'back', title: 'change the answers, from the last one back' },
    { value: 'no', title: 'no: leave, and change nothing' },
  ]);
  if (decision === 'back') return 'back';
  if (decision === 'no') {
    world.stderr.write('Nothing was changed.\n');
    return judged;
  }

  const status = await create(args, world, told);
  if (status === exitCodes.ok) world.stderr.write(whatNext(args));
  return status;
}
