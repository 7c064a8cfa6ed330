import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** Folders whose sentences are those of lib/words. */
const folders = ['facts', 'checks', 'verdict', 'create', 'doctor', 'repair', 'leftovers', 'report'];

/** What the guide shows is about no outcome. */
const others = ['guide.ts'];

/** What the server says, by which its answers are told apart. */
const ofServer = [
  'failed to notify peer',
  'Failed loading network',
  'The network is already created',
  'already partially created',
  "doesn't match type in existing database record",
  'Network not defined on nodes',
  'Network is not in pending state',
];

/** The literals of a file, with a `…` where something is filled in; a template is one literal. */
function literals(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

/** Three plain words in a row are a sentence; a command, SQL and a JSON path are none. */
function isSentence(literal: string): boolean {
  const isCode = /^ *(SELECT|INSERT|UPDATE|DELETE|EXISTS|WHERE|incus|incus-safenet|ovs-vsctl|apt|ip|cat) |^\(SELECT|[A-Za-z]\.[a-z_]+ (=|!=|IN) /.test(literal);
  return !isCode && !ofServer.includes(literal) && /(^|\s)[A-Za-z'-]+,? [a-z'-]+,? [a-z'-]+(\W|$)/.test(literal);
}

describe('the words of outcomes, checks and findings', () => {
  it.each(folders)('are in lib/words, and none in lib/%s', async (folder) => {
    const root = path.join(process.cwd(), 'lib', folder);
    const files = (await readdir(root)).filter((file) => file.endsWith('.ts') && !others.includes(file));

    const sentences = await Promise.all(
      files.map(async (file) => literals(file, await readFile(path.join(root, file), 'utf8')).filter(isSentence).map((literal) => `${file}: ${literal}`)),
    );

    expect(sentences.flat()).toEqual([]);
  });

  it.each([
    ['the server is not clustered', true],
    ['network "…" is Pending, defined on … members', true],
    ['incus network create … --project default', false],
    ['SELECT name FROM networks WHERE id = …', false],
    ['', false],
  ])('takes %j for a sentence: %s', (literal, expected) => {
    expect(isSentence(literal)).toBe(expected);
  });
});
