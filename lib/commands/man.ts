import type { Command } from './define.js';
import type { Flag } from './flags.js';

/** A command's page of the manual, section 1, in man(7) macros; the same data as its help. */
export function manPage(program: string, command: Omit<Command, 'run'>, version: string): string {
  const title = program === 'incus-safenet' ? `${program}-${command.name}` : program;
  const invocation = program === 'incus-safenet' ? `${program} ${command.name}` : program;
  return [
    `.TH ${title.toUpperCase().replaceAll('-', '\\-')} 1 "" "incus-safenet ${version}"`,
    '.SH NAME',
    `${text(title)} \\- ${text(lowerFirst(command.summary))}`,
    '.SH SYNOPSIS',
    `.B ${text(invocation)}`,
    text(`${command.usage} [flags]`.trim()),
    '.SH DESCRIPTION',
    text(`${command.summary}.`),
    ...(command.details === undefined ? [] : ['.PP', text(command.details)]),
    '.SH OPTIONS',
    ...command.flags.filter(({ hidden }) => hidden !== true).flatMap(option),
    '.SH EXAMPLES',
    ...command.examples.flatMap(({ command: line, describe }) => ['.TP', `.B ${text(line.replace(command.name, invocation))}`, text(describe)]),
    '.SH EXIT STATUS',
    ...exitStatuses.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH SEE ALSO',
    '.BR incus (1)',
    '',
  ].join('\n');
}

/** The contract's exit statuses (docs/exit-codes.md); help shows the same. */
export const exitStatuses = [
  ['0', 'created; with --target, defined as pending; doctor: nothing found'],
  ['1', 'bad usage, or the server said no; nothing is left behind'],
  ['2', 'doctor: something found'],
  ['3', 'refused by a check; nothing was sent'],
  ['4', 'something is left behind; the message says what, and how to remove it'],
  ['5', 'outcome unknown; "incus-safenet recover" finds out'],
  ['130', 'interrupted, and clean'],
] as const;

function option({ name, short, placeholder, describe, default: fallback }: Flag): string[] {
  const value = placeholder === undefined ? '' : ` ${placeholder}`;
  return ['.TP', `.B ${text(`${short === undefined ? '' : `-${short}, `}--${name}${value}`)}`, text(fallback === undefined ? describe : `${describe} (default ${String(fallback)})`)];
}

/** What roff would take for its own: backslashes, hyphens that are to stay hyphens, and a dot or quote in front. */
function text(words: string): string {
  const escaped = words.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function lowerFirst(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
