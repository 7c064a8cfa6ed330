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
  const lines = sections.map(({ name, paragraphs }) => `${name.padEnd(width)}${wrap(firstSentence(paragraphs[0] ?? ''), columns, width)}`);
  return [...lines, '', 'incus-safenet explain NAME tells more of one.', ''].join('\n');
}

export function explainCheck({ name, paragraphs }: Section, columns: number): string {
  return [name, '', ...paragraphs.map((paragraph) => wrap(paragraph, columns, paragraph.startsWith('- ') ? 2 : 0)), ''].join('\n');
}

function firstSentence(text: string): string {
  return /^.*?[.?](?= |$)/.exec(text)?.[0] ?? text;
}

/** Breaks at spaces; the lines after the first are indented. */
function wrap(text: string, columns: number, indent: number): string {
  const width = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
