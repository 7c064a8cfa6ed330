/** A line typed into a shell, and what has to run. The lines mean the same in bash, zsh and fish. */
export interface CommandLine {
  line: string;
  program: 'incus' | 'incus-network-create';
  args: string[];
}

const ours = (line: string, ...args: string[]): CommandLine => ({ line, program: 'incus-network-create', args });
const real = (line: string, ...args: string[]): CommandLine => ({ line, program: 'incus', args });

export const commandLines: CommandLine[] = [
  // What goes to us, with the flags where they were.
  ours('incus network create web', 'web'),
  ours('incus network add web', 'web'),
  ours('incus network create'),
  ours('incus network create --help', '--help'),
  ours('incus --project x network create y', '--project', 'x', 'y'),
  ours('incus --project=x network create y', '--project=x', 'y'),
  ours('incus -q network create y', '-q', 'y'),
  ours('incus -qv network create y', '-qv', 'y'),
  ours('incus --debug --force-local network -q create lab:y a=b', '--debug', '--force-local', '-q', 'lab:y', 'a=b'),
  ours('incus network --project x create y --type ovn', '--project', 'x', 'y', '--type', 'ovn'),
  ours('incus -t bridge network create y', '-t', 'bridge', 'y'),
  ours('incus --project network network create create', '--project', 'network', 'create'),
  ours('incus --project create network create network', '--project', 'create', 'network'),
  ours('incus --dry-run network create y', '--dry-run', 'y'),
  ours('incus network create y --description "two  words" user.a=\'$HOME *\' \'"\'', 'y', '--description', 'two  words', 'user.a=$HOME *', '"'),
  ours("incus network create '' 'a\\b' -- --not-a-flag", '', 'a\\b', '--', '--not-a-flag'),
  ours("incus --project 'my project' network create y --member-config 'node1:parent=eth 0'", '--project', 'my project', 'y', '--member-config', 'node1:parent=eth 0'),
  ours("incus '' network create y", '', 'y'),

  // What stays with incus, word for word.
  real('incus'),
  real('incus list', 'list'),
  real('incus network', 'network'),
  real('incus network list', 'network', 'list'),
  real('incus network show create', 'network', 'show', 'create'),
  real('incus network network create x', 'network', 'network', 'create', 'x'),
  real('incus network acl create x', 'network', 'acl', 'create', 'x'),
  real('incus --project x network list', '--project', 'x', 'network', 'list'),
  real('incus create network', 'create', 'network'),
  real('incus launch images:debian/12 network create', 'launch', 'images:debian/12', 'network', 'create'),
  real('incus help network create', 'help', 'network', 'create'),
  real("incus __complete network create ''", '__complete', 'network', 'create', ''),
  real('incus -- network create x', '--', 'network', 'create', 'x'),
  real('incus --project network create x', '--project', 'network', 'create', 'x'),
  real('incus --version', '--version'),
  real("incus exec c1 -- sh -c 'incus network create x' '*' '$HOME'", 'exec', 'c1', '--', 'sh', '-c', 'incus network create x', '*', '$HOME'),
];
