import type { Question, Suggestion } from './question.js';

/** What the shells are told: a suggestion per line, a tab before its description, and a last line with a directive. */
export function answerText(question: Question, suggestions: readonly Suggestion[]): string {
  const fitting = suggestions.filter(({ word }) => word.startsWith(question.fragment) && isSafe(word));
  // After these more is to be typed, so no space follows.
  const isOpen = fitting.length > 0 && fitting.every(({ word }) => /[:=.]$/.test(word));
  const lines = fitting.map(({ word, describe }) => `${question.prefix}${word}${describe === undefined ? '' : `\t${oneLine(describe)}`}\n`);
  return `${lines.join('')}:${NO_FILES + (isOpen ? NO_SPACE : 0)}\n`;
}

/** Cobra's directives, which the native client's completion scripts understand as well. */
const NO_SPACE = 2;
const NO_FILES = 4;

// The shell puts a suggestion into the command line as it is: a server must not be able to offer `$(…)`.
function isSafe(word: string): boolean {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word);
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
