import { wrap } from './wrap.js';

/** The part of docs/checks.md under one check's heading. */
export interface Section {
  name: string;
  /** Paragraphs and list items, without their marks. */
  paragraphs: string[];
}

/** The sections of docs/checks.md: a heading of the form ## `name`, then paragraphs and lists. */
export function readSections(page: string): Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .flatMap((text) => {
      const name = /^`([a-z-]+)`$/m.exec(text.split('\n')[0] ?? '')?.[1];
      if (name === undefined) return [];
      const body = text.split('\n').slice(1).join('\n').trim();
      return [{ name, paragraphs: body.split(/\n\n|\n(?=[-|] ?)/).flatMap(readable) }];
    });
}

/** A paragraph in one line; a table's row as `first: the rest`, its ruler not at all. */
function readable(paragraph: string): string[] {
  if (/^\|[\s|:-]+$/.test(paragraph)) return [];
  if (!paragraph.startsWith('|')) return [plain(paragraph.replaceAll('\n', ' '))];

  const [first = '', ...rest] = paragraph.split('|').map((cell) => plain(cell)).filter((cell) => cell !== '');
  return [`- ${first}: ${rest.join('; ')}`];
}

/** Markdown's marks have no place on a terminal. */
function plain(text: string): string {
  return text.replaceAll('**', '').replaceAll('`', '').trim();
}

export function listChecks(sections: Section[], columns: number): string {
  const width = Math.max(...sections.map(({ name }) => name.length)) + 2;
  const lines = sections.map(({ name, paragraphs }) => `${name.padEnd(width)}${indented(firstSentence(paragraphs[0] ?? ''), columns, width)}`);
  return [...lines, '', 'incus-safenet explain NAME tells more of one.', ''].join('\n');
}

export function explainCheck({ name, paragraphs }: Section, columns: number): string {
  return [name, '', ...paragraphs.map((paragraph) => indented(paragraph, columns, paragraph.startsWith('- ') ? 2 : 0)), ''].join('\n');
}

function firstSentence(text: string): string {
  return /^.*?[.?](?= |$)/.exec(text)?.[0] ?? text;
}

/** The lines after the first are indented. */
function indented(text: string, columns: number, indent: number): string {
  return wrap(text, Math.max(20, columns - indent)).join(`\n${' '.repeat(indent)}`);
}
