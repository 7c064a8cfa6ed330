import { programs } from '../words/commands.js';
import { wrap } from './wrap.js';

/** A column narrower than this has no room for text, which goes below its label then. */
const NARROW = 24;
/** Where a line begins that was indented too deeply. */
const NEAREST = 4;
/** Lines of their own have up to 4 blanks before them, so that what continues one shows. */
const DEEPER = 6;

/** Where words go. */
export interface Stream {
  isTTY: boolean;
  columns: number;
  write(text: string): void;
}

/** Writes text for people: as wide as the terminal, and as it is where there is none. */
export function say(stream: Stream, text: string): void {
  stream.write(stream.isTTY ? fit(text, stream.columns) : text);
}

/** Lines of at most so many columns, broken at blanks and continued below their text; a command stays in one piece. */
export function fit(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => (line.length <= columns ? [line] : fitLine(line, columns)))
    .join('\n');
}

function fitLine(line: string, columns: number): string[] {
  const content = line.trimStart();
  const given = line.length - content.length;
  const indent = columns - given < NARROW ? Math.min(given, NEAREST) : given;
  const { text, command } = parts(content);
  if (text === '') return withNote(command, indent, columns);

  const label = labelOf(text);
  const below = indent === 0 ? 0 : Math.max(indent + 2, DEEPER);
  const isTight = columns - indent - label.length < NARROW;
  const hang = label === '' || isTight ? below : indent + label.length;
  const lines =
    label !== '' && isTight
      ? [at(indent, label.trimEnd()), ...wrap(text.slice(label.length), columns - hang).map((one) => at(hang, one))]
      : wrap(text.slice(label.length), columns - hang, columns - indent - label.length).map((one, index) => (index === 0 ? at(indent, `${label}${one}`) : at(hang, one)));

  return command === '' ? lines : [...lines, ...withNote(command, Math.max(hang, 2), columns)];
}

/** A command in one piece; what is said of it, in a column beside it, goes below. */
function withNote(line: string, indent: number, columns: number): string[] {
  const [, command = line, note] = /^(.*?\S) {2,}(\S.*)$/.exec(line) ?? [];
  const isQuoted = (command.split("'").length + command.split('"').length) % 2 === 1;
  if (note === undefined || isQuoted || indent + line.length <= columns) return [at(indent, line)];

  return [at(indent, command), ...wrap(note, columns - indent - 4).map((one) => at(indent + 4, one))];
}

function at(column: number, text: string): string {
  return `${' '.repeat(column)}${text}`;
}

/** A command ends its line: it begins the line, comes after a colon, or stands in a column of its own. So do flags that are to be added. */
const beginning = new RegExp(String.raw`(?:^|: | {2,})(?=(?:${programs.join('|')}) \S)|: (?=--[a-z])`);

function parts(content: string): { text: string; command: string } {
  const found = beginning.exec(content);
  if (found === null) return { text: content, command: '' };

  const start = found.index + found[0].length;
  return { text: content.slice(0, start).trimEnd(), command: content.slice(start) };
}

/** What stands before the text of a line: columns of a table, `Error:`, `2.`. */
function labelOf(text: string): string {
  return [/^.* {2,}(?=\S)/, /^\w+: +/, /^\d+\. /].map((label) => label.exec(text)?.[0] ?? '').find((label) => label !== '') ?? '';
}
