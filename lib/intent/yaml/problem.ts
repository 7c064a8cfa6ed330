import type { YAMLError } from 'yaml';
import { CliError } from '../../errors.js';

/** Who stumbles in libyaml: the scanner counts lines from 1, the parser from 0, and neither names the first line. */
type Reporter = 'scanner' | 'parser';

/** Where libyaml notices it: at the place that our parser names, at the end of that place, at the end of the text, … */
type Place = 'start' | 'end' | 'next-line' | 'next-colon' | 'document-indicator' | 'rest';

interface Rule {
  code: string;
  message?: RegExp;
  /** What the text from the error's place on looks like. */
  rest?: RegExp;
  /** What the text before it looks like. */
  before?: RegExp;
  words: string;
  reporter: Reporter;
  place?: Place;
}

const noKey = 'did not find expected key';
const noNode = 'did not find expected node content';
const noToken = 'found character that cannot start any token';
const noMappingValue = 'mapping values are not allowed in this context';

/** From the codes of `yaml` to the words of libyaml, as the native client 6.0.4 prints them. The first rule that fits wins. */
const rules: readonly Rule[] = [
  { code: 'TAB_AS_INDENT', before: /[^:\s]\s*\n$/, words: 'found a tab character that violates indentation', reporter: 'scanner' },
  { code: 'TAB_AS_INDENT', words: noToken, reporter: 'scanner' },
  { code: 'BAD_SCALAR_START', words: noToken, reporter: 'scanner' },
  { code: 'BLOCK_AS_IMPLICIT_KEY', words: noMappingValue, reporter: 'scanner', place: 'next-colon' },
  { code: 'MULTILINE_IMPLICIT_KEY', rest: /^-\s/, words: noKey, reporter: 'parser' },
  { code: 'MULTILINE_IMPLICIT_KEY', words: noMappingValue, reporter: 'scanner', place: 'end' },
  { code: 'MISSING_CHAR', message: /closing/, before: /\n(?:---|\.\.\.)\s[^]*$/, words: 'found unexpected document indicator', reporter: 'scanner', place: 'document-indicator' },
  { code: 'MISSING_CHAR', message: /closing/, rest: /^[^]*\n(?:---|\.\.\.)\s/, words: 'found unexpected document indicator', reporter: 'scanner', place: 'document-indicator' },
  { code: 'MISSING_CHAR', message: /closing/, words: 'found unexpected end of stream', reporter: 'scanner', place: 'rest' },
  { code: 'MISSING_CHAR', message: /Implicit map keys/, words: "could not find expected ':'", reporter: 'scanner', place: 'next-line' },
  { code: 'MISSING_CHAR', message: /same line/, words: noMappingValue, reporter: 'scanner' },
  ...['MISSING_CHAR', 'BAD_INDENT'].flatMap((code): Rule[] => [
    { code, message: /^Flow/, before: /[[{,:]\s*$/, words: noNode, reporter: 'parser', place: 'rest' },
    { code, message: /^Flow sequence/, words: "did not find expected ',' or ']'", reporter: 'parser', place: 'rest' },
    { code, message: /^Flow map/, words: "did not find expected ',' or '}'", reporter: 'parser', place: 'rest' },
  ]),
  { code: 'BAD_INDENT', message: /^Block scalar/, rest: /^\t/, words: 'found a tab character where an indentation space is expected', reporter: 'scanner' },
  { code: 'BAD_INDENT', words: noKey, reporter: 'parser' },
  { code: 'UNEXPECTED_TOKEN', message: /flow-(?:map|seq)-end/, words: noNode, reporter: 'parser' },
  { code: 'UNEXPECTED_TOKEN', message: /block-seq-ind/, words: 'block sequence entries are not allowed in this context', reporter: 'scanner' },
  { code: 'UNEXPECTED_TOKEN', message: /header/, rest: /^0/, words: 'found an indentation indicator equal to 0', reporter: 'scanner' },
  { code: 'UNEXPECTED_TOKEN', message: /header|Not a YAML token/, words: 'did not find expected comment or line break', reporter: 'scanner' },
  { code: 'UNEXPECTED_TOKEN', message: /node end/, before: /^\s*- /, words: "did not find expected '-' indicator", reporter: 'parser' },
  { code: 'UNEXPECTED_TOKEN', words: noKey, reporter: 'parser' },
  { code: 'BAD_DQ_ESCAPE', rest: /^\\[xuU]/, words: 'did not find expected hexdecimal number', reporter: 'scanner' },
  { code: 'BAD_DQ_ESCAPE', words: 'found unknown escape character', reporter: 'scanner' },
  { code: 'BAD_ALIAS', words: 'did not find expected alphabetic or numeric character', reporter: 'scanner' },
  { code: 'TAG_RESOLVE_FAILED', message: /Verbatim/, words: "did not find the expected '>'", reporter: 'scanner' },
  { code: 'TAG_RESOLVE_FAILED', message: /resolve/, words: 'found undefined tag handle', reporter: 'parser' },
];

/** One line for a document that cannot be parsed: in the native client's words where they are known, else in the parser's. */
export function syntaxProblem({ code, message, pos: [start, end] }: YAMLError, text: string): CliError {
  if (/call stack/.test(message)) return new CliError('yaml: the document is nested too deeply');

  const before = text.slice(0, start);
  const rest = text.slice(start);
  const rule = rules.find(
    (candidate) =>
      candidate.code === code &&
      (candidate.message?.test(message) ?? true) &&
      (candidate.rest?.test(rest) ?? true) &&
      (candidate.before?.test(before) ?? true),
  );
  if (rule === undefined) return new CliError(`yaml: line ${lineIndex(text, start) + 1}: ${firstLine(message)}`);

  const line = lineOf(rule.place ?? 'start', text, start, end, rule.reporter);
  return new CliError(`yaml: ${where(line, rule.reporter)}${rule.words}`);
}

function lineOf(place: Place, text: string, start: number, end: number, reporter: Reporter): number {
  switch (place) {
    case 'start':
      return lineIndex(text, start);
    case 'end':
      return lineIndex(text, end);
    case 'next-line':
      return lineIndex(text, start) + 1;
    case 'next-colon':
      return lineIndex(text, start + Math.max(0, text.slice(start).search(/:(?:\s|$)/)));
    case 'document-indicator':
      return lineIndex(text, text.search(/\n(?:---|\.\.\.)\s/) + 1);
    case 'rest':
      if (text.slice(start).trim() !== '') return lineIndex(text, start);
      // libyaml's parser sees the end of the stream on a line of its own.
      return lineIndex(text, text.length) + (reporter === 'parser' && !text.endsWith('\n') ? 1 : 0);
  }
}

function where(line: number, reporter: Reporter): string {
  if (line === 0) return '';
  return `line ${reporter === 'scanner' ? line + 1 : line}: `;
}

/** Counts from 0. */
export function lineIndex(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
