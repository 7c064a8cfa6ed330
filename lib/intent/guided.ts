import type { CreateArguments } from './arguments.js';
import type { MemberConfig } from './intent.js';
import type { networkTypes } from './intent.js';

/*
 * The questions of `guide`, in order. Each looks at the answers so far, and is left out where it does not arise; what it
 * takes becomes part of new answers, so that going back is going back to the old ones. The end is a command line of
 * `create`, and nothing else.
 */

export interface Answers {
  remote: string;
  project: string;
  type: string;
  name: string;
  config: Record<string, string>;
  memberConfig: MemberConfig[];
  description: string;
  /** On a cluster, the network is created on all members. */
  allMembers: boolean;
}

/** What the questions learn from outside; the flow reads it, and judges it by the checks of create. */
export interface Eyes {
  remotes: readonly string[];
  projects(remote: string): Promise<readonly { name: string; hasNetworks: boolean }[]>;
  around(remote: string, project: string): Promise<Around>;
}

/** The neighbourhood that the network will come into. */
export interface Around {
  /** Empty on a server that is not clustered. */
  members: readonly string[];
  /** Why the type does not work there; null where it does. */
  typeProblem(type: string): string | null;
  /** Uplinks for an ovn network, and why one does not do. */
  uplinks: readonly { name: string; problem: string | null }[];
  /** Interfaces per member; the empty name stands for a server that is not clustered. */
  interfaces(member: string): readonly string[];
  nameProblem(name: string, type: string): string | null;
  configProblem(key: string, value: string, answers: Answers): string | null;
  /** A subnet that nothing else uses; null where none was found. */
  freeSubnet(answers: Answers): string | null;
}

export interface Choice {
  value: string;
  title: string;
  /** Shown below the choice while it is under the cursor. */
  description?: string;
  disabled?: boolean;
}

export type Question =
  | { kind: 'choose'; title: string; choices: Choice[]; take(value: string): Answers }
  | { kind: 'text'; title: string; initial: string; problem(value: string): string | null; take(value: string): Answers };

type Asking = (answers: Answers, eyes: Eyes) => Promise<Question | null>;

export const noAnswers: Answers = { remote: '', project: '', type: '', name: '', config: {}, memberConfig: [], description: '', allMembers: false };

const askRemote: Asking = async (answers, { remotes }) => {
  if (remotes.length === 1) return null;
  return choose('Which server?', remotes.map((name) => ({ value: name, title: name })), (remote) => ({ ...answers, remote }));
};

const askProject: Asking = async (answers, eyes) => {
  const projects = await eyes.projects(answers.remote);
  if (projects.length === 1 && projects[0]?.name === answers.project) return null;
  const choices = projects.map(({ name, hasNetworks }) => ({ value: name, title: name, description: meaningOf(name, hasNetworks) }));
  return choose('Which project?', choices, (project) => ({ ...answers, project }));
};

/** features.networks in plain words. */
function meaningOf(name: string, hasNetworks: boolean): string {
  if (name === 'default') return 'Networks for every project that has none of its own.';
  return hasNetworks
    ? 'Has networks of its own (features.networks=true): only type ovn works in it.'
    : 'Has no networks of its own (features.networks=false): the network lands in project default.';
}

const meanings: Record<(typeof networkTypes)[number], string> = {
  bridge: 'a network on the server itself, with DHCP, DNS and a way out',
  ovn: 'a virtual network across all members, behind an uplink',
  macvlan: 'instances stand in the network of an interface of the server',
  sriov: 'as macvlan, with virtual functions of the network card',
  physical: 'hands an interface to one instance, or serves as uplink for ovn',
};

const askType: Asking = async (answers, eyes) => {
  const around = await eyes.around(answers.remote, answers.project);
  const all = (['bridge', 'ovn', 'macvlan', 'sriov', 'physical'] as const).map((type) => ({ type, problem: around.typeProblem(type) }));
  const choices = all.map(({ type, problem }) => ({
    value: type,
    title: problem === null ? `${type}: ${meanings[type]}` : `${type} (not here): ${problem}`,
    disabled: problem !== null,
  }));
  // What works comes first, so that the cursor stands on it.
  const sorted = [...choices.filter(({ disabled }) => !disabled), ...choices.filter(({ disabled }) => disabled)];
  const title = choices.every(({ disabled }) => disabled) ? `No type works in project "${answers.project}"` : 'Which type?';
  return choose(title, sorted, (type) => ({ ...answers, type, allMembers: around.members.length > 1 }));
};

const askName: Asking = async (answers, eyes) => {
  const around = await eyes.around(answers.remote, answers.project);
  return text('What is its name?', '', (name) => around.nameProblem(name, answers.type), (name) => ({ ...answers, name }));
};

const askUplink: Asking = async (answers, eyes) => {
  if (answers.type !== 'ovn') return null;
  const { uplinks } = await eyes.around(answers.remote, answers.project);
  const choices = [
    ...uplinks.filter(({ problem }) => problem === null).map(({ name }) => ({ value: name, title: name })),
    { value: 'none', title: 'none: no way out of the network' },
    ...uplinks.flatMap(({ name, problem }) => (problem === null ? [] : [{ value: name, title: `${name} (not here): ${problem}`, disabled: true }])),
  ];
  return choose('Which uplink leads out?', choices, (network) => withConfig(answers, { network }));
};

const addressWords: Record<4 | 6, string> = { 4: 'IPv4 addresses for instances?', 6: 'IPv6 addresses for instances?' };

const askAddresses = (family: 4 | 6): Asking => async (answers, eyes) => {
  if (answers.type !== 'bridge' && answers.type !== 'ovn') return null;
  const key = `ipv${family}.address`;
  const free = family === 4 ? (await eyes.around(answers.remote, answers.project)).freeSubnet(answers) : null;
  const choices = [
    ...(free === null ? [] : [{ value: free, title: `yes: ${free}, which nothing else uses here` }]),
    { value: 'auto', title: 'yes: the server chooses a subnet' },
    { value: 'none', title: 'no' },
    { value: 'own', title: 'yes: a subnet that I type' },
  ];
  return choose(addressWords[family], choices, (value) => withConfig(answers, { [key]: value === 'own' ? '' : value }));
};

const askOwnAddress = (family: 4 | 6): Asking => async (answers, eyes) => {
  const key = `ipv${family}.address`;
  if (answers.config[key] !== '') return null;
  const around = await eyes.around(answers.remote, answers.project);
  const example = family === 4 ? '10.4.0.1/24' : 'fd42:4::1/64';
  return text(
    `The address of the network itself, with its prefix length, such as ${example}`,
    '',
    (value) => (value === '' ? 'an address is needed' : around.configProblem(key, value, answers)),
    (value) => withConfig(answers, { [key]: value }),
  );
};

const askNat = (family: 4 | 6): Asking => async (answers) => {
  const address = answers.config[`ipv${family}.address`];
  if (address === undefined || address === 'none' || answers.config.network === 'none') return null;
  const choices = [
    { value: 'true', title: `yes: instances reach the outside under ${answers.type === 'ovn' ? 'an address of the uplink' : "the server's address"}` },
    { value: 'false', title: 'no: the outside has to know a route to the subnet' },
  ];
  return choose(`NAT for IPv${family}?`, choices, (value) => withConfig(answers, { [`ipv${family}.nat`]: value }));
};

/** One question per member, or one on a server that is not clustered. */
const askParent = (at: number): Asking => async (answers, eyes) => {
  if (!['macvlan', 'sriov', 'physical'].includes(answers.type)) return null;
  const around = await eyes.around(answers.remote, answers.project);
  const member = around.members.length === 0 ? (at === 0 ? '' : undefined) : around.members[at];
  if (member === undefined) return null;

  const seen = around.interfaces(member);
  const title = `Which interface${member === '' ? '' : ` of ${member}`}?${seen.length === 0 ? '' : ` (there are ${seen.join(', ')})`}`;
  const previous = answers.memberConfig.at(-1)?.value;
  return text(
    title,
    previous ?? seen[0] ?? '',
    (value) => (value === '' ? 'an interface is needed' : around.configProblem('parent', value, answers)),
    (value) => (member === '' || !answers.allMembers ? withConfig(answers, { parent: value }) : { ...answers, memberConfig: [...answers.memberConfig, { member, key: 'parent', value }] }),
  );
};

const askDescription: Asking = async (answers) => text('A description, or nothing', '', () => null, (description) => ({ ...answers, description }));

/** More members than this are not asked one by one. */
const mostMembers = 16;

export const questions: readonly Asking[] = [
  askRemote,
  askProject,
  askType,
  askName,
  askUplink,
  askAddresses(4),
  askOwnAddress(4),
  askNat(4),
  askAddresses(6),
  askOwnAddress(6),
  askNat(6),
  ...Array.from({ length: mostMembers }, (_, at) => askParent(at)),
  askDescription,
];

function choose(title: string, choices: Choice[], take: (value: string) => Answers): Question {
  return { kind: 'choose', title, choices, take };
}

function text(title: string, initial: string, problem: (value: string) => string | null, take: (value: string) => Answers): Question {
  return { kind: 'text', title, initial, problem, take };
}

function withConfig(answers: Answers, config: Record<string, string>): Answers {
  return { ...answers, config: { ...answers.config, ...config } };
}

/** The answers as the arguments of create. */
export function guidedArguments(answers: Answers, { defaultRemote, debug, verbose }: Pick<CreateArguments, 'debug' | 'verbose'> & { defaultRemote: string }): CreateArguments {
  return {
    subject: `${answers.remote === defaultRemote ? '' : `${answers.remote}:`}${answers.name}`,
    pairs: Object.entries(answers.config).map(([key, value]) => `${key}=${value}`),
    description: answers.description,
    target: null,
    type: answers.type,
    project: answers.project,
    forceLocal: false,
    explain: false,
    allMembers: answers.allMembers || answers.memberConfig.length > 0,
    memberConfig: answers.memberConfig,
    dryRun: false,
    ifNotExists: false,
    format: 'text',
    ignoredChecks: [],
    wait: 300,
    yes: false,
    quiet: false,
    verbose,
    debug,
  };
}

/** The same arguments as words of a command line, for `incus-safenet create`. */
export function guidedWords({ subject, pairs, description, type, project, allMembers, memberConfig }: CreateArguments): string[] {
  return [
    subject,
    ...(project === null ? [] : ['--project', project]),
    ...(type === null ? [] : ['--type', type]),
    ...(allMembers && memberConfig.length === 0 ? ['--all-members'] : []),
    ...memberConfig.flatMap(({ member, key, value }) => ['--member-config', `${member}:${key}=${value}`]),
    ...(description === '' ? [] : ['--description', description]),
    ...pairs,
  ];
}
