/** What happens to a line with our aliases in config.yml and without the function. `args` null: it does not come to us. */
export interface AliasLine {
  line: string;
  args: string[] | null;
}

export const aliasLines: AliasLine[] = [
  { line: 'incus network create web', args: ['web'] },
  { line: 'incus network add web', args: ['web'] },
  { line: 'incus network create', args: [] },
  { line: 'incus network create --help', args: ['--help'] },
  { line: 'incus network create y --project x', args: ['y', '--project', 'x'] },
  { line: 'incus network create -q y', args: ['-q', 'y'] },
  { line: 'incus network create lab:y a=b --type=ovn', args: ['lab:y', 'a=b', '--type=ovn'] },
  { line: 'incus network create create', args: ['create'] },
  { line: 'incus network create y --description "two  words" user.a=\'$HOME *\' \'"\'', args: ['y', '--description', 'two  words', 'user.a=$HOME *', '"'] },
  { line: "incus network create '' 'a\\b' -- --not-a-flag", args: ['', 'a\\b', '--', '--not-a-flag'] },
  { line: "incus network create y 'user.a=@ARGS@' user.b=@ARG1@", args: ['y', 'user.a=@ARGS@', 'user.b=@ARG1@'] },
  { line: "incus network create y 'user.a=ü ß'", args: ['y', 'user.a=ü ß'] },

  // The limit that install and status warn of.
  { line: 'incus --project x network create y', args: null },
  { line: 'incus -q network create y', args: null },
  { line: 'incus network -q create y', args: null },

  { line: 'incus network list', args: null },
  { line: 'incus network acl create x', args: null },
  { line: 'incus network show create', args: null },
  { line: 'incus help network create', args: null },
  { line: 'incus list network create', args: null },
  { line: 'incus remote list', args: null },
];
