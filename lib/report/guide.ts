import type { CreateArguments } from '../intent/arguments.js';

/** The one line that does the same, before the checks. */
export function summary(words: readonly string[]): string {
  return `The same in one line:\n  incus-safenet create ${words.map(quoted).join(' ')}\n`;
}

/** What people do next with a network. */
export function whatNext({ subject, project }: Pick<CreateArguments, 'subject' | 'project'>): string {
  const flag = project === null || project === 'default' ? '' : ` --project ${quoted(project)}`;
  const [remote = ''] = /^[^:]*:/.exec(subject) ?? [];
  const name = subject.slice(remote.length);
  return [
    'What next:',
    '  an instance in it',
    `    incus launch images:debian/12 ${remote}c1 --network ${quoted(name)}${flag}`,
    '  every instance of a profile',
    `    incus network attach-profile ${quoted(subject)} default eth0${flag}`,
    '  what the server made of it',
    `    incus network show ${quoted(subject)}${flag}`,
    '',
  ].join('\n');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
