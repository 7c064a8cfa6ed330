import type { Reason } from './reasons.js';

/** A command line for both clients: `incus network create <argv>` and `incus-network-create <argv>`. */
export interface Line {
  argv: string[];
  stdin?: string | Buffer;
  /** `<home>` stands for the lab's home folder, below which `configurations` are. */
  env?: Record<string, string>;
  /** Native creates that come first, on both servers. */
  before?: string[][];
  /** What sets the two apart on purpose. */
  differs?: Reason;
}

const same = (...argv: string[]): Line => ({ argv });
const differs = (reason: Reason, ...argv: string[]): Line => ({ argv, differs: reason });
const yaml = (stdin: string | Buffer, ...more: string[]): Line => ({ argv: ['web', ...more], stdin });
const bare = ['ipv4.address=none', 'ipv6.address=none'];

const flagsThatWork: Line[] = [
  same('web'),
  same('web', '--type', 'bridge', ...bare),
  same('--type', 'bridge', 'web', ...bare),
  same('web', 'ipv4.address=none', '-t', 'bridge', 'ipv6.address=none'),
  same('-t=bridge', 'web', ...bare),
  same('-tbridge', 'web', ...bare),
  same('-qtbridge', 'web', ...bare),
  same('--type=', 'web', ...bare),
  same('web', '--type', 'nonsense', '--type', 'bridge', ...bare),
  same('--', 'web', ...bare),
  same('web', '--', ...bare),
  same('web', ...bare, '--description', 'a network = mine'),
  same('web', ...bare, '--description='),
  same('web', ...bare, '--description', ''),
  same('web', ...bare, '--description', '--quiet'),
  same('web', ...bare, '--description', 'two\nlines and "quotes" and ü'),
  same('web', ...bare, '--description', 'first', '--description=last'),
  same('web', ...bare, '-q'),
  same('-q', '--quiet=false', 'web', ...bare),
  same('web', ...bare, '-qv'),
  same('web', ...bare, '-v=false', '--quiet=F'),
  same('web', ...bare, '--debug'),
  same('web', ...bare, '--force-local'),
  same('web', ...bare, '--sub-commands'),
  same('web', ...bare, '--help=false'),
  same('-test.v', 'web', ...bare),
  same('web', ...bare, '--target='),
  same('web', ...bare, '--project', 'default'),
  same('web', ...bare, '--project='),
  same('web', ...bare, '--project', 'plain'),
  same('web', ...bare, '--project', 'plain', '--project', 'default'),
];

const flagsThatDoNot: Line[] = [
  same('web', '--foo'),
  same('--foo=bar', 'web'),
  same('web', '-x'),
  same('web', '-qx'),
  same('web', '-é'),
  same('web', '-q='),
  same('web', '-=x'),
  same('web', '---type'),
  same('web', '--=x'),
  same('web', '--Type=bridge'),
  same('web', '--no-quiet'),
  same('web', '--type'),
  same('web', '-t'),
  same('web', '-vt'),
  same('web', '--target'),
  same('web', '--quiet=maybe'),
  same('web', '-q=maybe'),
  same('web', '--force-local="\n'),
  same('--help', '--foo'),
];

const helpAndVersion: Line[] = [
  differs('help-text'),
  differs('help-text', '-q'),
  differs('help-text', '--type', 'bridge'),
  differs('help-text', '--'),
  differs('help-text', '--help'),
  differs('help-text', 'web', '-h'),
  differs('help-text', 'web', 'a=b', '-qh'),
  differs('version-flag', '--version'),
  differs('version-flag', 'web', '--version', ...bare),
  differs('explain-flag', 'web', '--explain'),
  differs('own-flags', 'web', '--dry-run'),
  differs('own-flags', 'web', '--format', 'json', ...bare),
];

const pairs: Line[] = [
  same('web', 'ipv4.address=192.168.77.1/24', 'ipv4.nat=true', 'ipv6.address=none'),
  same('web', 'ipv4.address=192.168.77.1/24', ...bare),
  same('web', 'ipv4.address=', 'ipv6.address=none'),
  same('web', ...bare, 'user.a=b=c'),
  same('web', ...bare, 'user.a=first\nsecond'),
  same('web', ...bare, 'user.a='),
  same('web', ...bare, 'user.a= x '),
  same('web', ...bare, 'user.a=ü"\'\\'),
  same('web', ...bare, 'raw.dnsmasq=log-queries\nlog-dhcp'),
  same('web', ...bare, 'user.a'),
  same('web', ...bare, ''),
  same('web', ...bare, '-'),
  same('web', ...bare, '--', '--quiet'),
  same('nope:web', 'user.a'),
  { argv: ['web', ...bare, 'user.a=-'], stdin: 'from standard input', differs: 'value-from-stdin' },
  { argv: ['web', ...bare, 'user.a=-'], differs: 'value-from-stdin' },
];

const names: Line[] = [
  same('local:web', ...bare),
  same('local:w.e_b-1', ...bare),
  same('nope:web'),
  same(':web'),
  same('images:web'),
  same('x=y:z'),
  differs('refused-before-sending', ''),
  differs('refused-before-sending', 'local:'),
  differs('refused-before-sending', 'a/b:c'),
  differs('refused-before-sending', 'w'),
  differs('refused-before-sending', 'sixteen-letters-'),
  differs('refused-before-sending', 'two words'),
  differs('refused-before-sending', 'web/x'),
  differs('refused-before-sending', '..'),
  differs('refused-before-sending', 'none'),
  differs('refused-before-sending', 'wüb'),
  same('--', '-web'),
];

const standardInput: Line[] = [
  yaml('config:\n  ipv4.address: none\n  ipv6.address: none\n  user.int: 0x10\n  user.bool: yes\n  user.null:\ndescription: from YAML\n'),
  yaml('config: {ipv4.address: 192.168.77.1/24, ipv6.address: none}\ndescription: from YAML', '--description', 'mine', 'ipv4.address=none'),
  yaml('{"config": {"ipv4.address": "none", "ipv6.address": "none"}, "description": "JSON"}'),
  yaml('', ...bare),
  yaml('# only a comment\n', ...bare),
  yaml('~', ...bare),
  yaml('name: other\ntype: ovn\nmanaged: true\nstatus: Created\nused_by: []\nlocations: [none]\n', ...bare),
  yaml('config: {user.a: 1, user.a: 2}', ...bare),
  yaml('base: &b {user.a: x}\nconfig: {<<: *b, user.b: y}', ...bare),
  yaml('config:\r\n  user.a: b\r\n', ...bare),
  yaml('\ufeffconfig: {user.a: b}', ...bare),
  yaml('config: {user.a: b}\n---\n- ignored\n', ...bare),
  yaml('config:\n  user.a: |\n    two\n    lines\n  user.b: >-\n    one\n    line\n', ...bare),
  yaml('config:\n  user.a: |\n    cut off', ...bare),
  yaml('description: *nowhere'),
  yaml('config: [a=b]'),
  yaml('- config\n'),
  yaml('just text'),
  yaml('user.a=b\n'),
  yaml('config:\n  user.a: {b: c}\n'),
  yaml('config:\n  user.a: [b]\n  user.c: {d: e}\n'),
  yaml('config:\n  user.a: b: c\n'),
  yaml('config:\n\tuser.a: b\n'),
  yaml('config:\n  user.a: "b\n'),
  yaml('config: {user.a: b\n'),
  yaml('config:\n  user.a: b\n c: d\n'),
  yaml('config:\n  user.a: b\n  c\n'),
  yaml('description: @home\n'),
  yaml('['),
  yaml(Buffer.from([0, 1, 2, 255])),
  yaml(Buffer.from([0x89, 0x50, 0x4e, 0x47])),
  yaml('<html><body>not found</body></html>\n'),
  { argv: ['nope:web', 'user.a'], stdin: '[' },
  { ...yaml('description: a\u2028b\n', ...bare), differs: 'yaml-corner-cases' },
  { ...yaml('config: {\n"user.a": "b"\n}\n', ...bare), differs: 'yaml-corner-cases' },
  { ...yaml('...\n', ...bare), differs: 'yaml-corner-cases' },
  { ...yaml(`description: ${'x'.repeat(2_000_000)}`, ...bare), differs: 'standard-input-limit' },
];

const configurationFiles: Line[] = [
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/nowhere' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['other:web', ...bare, '-q'], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['lost:web'], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['secure:web'], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['public:web'], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['oci:web'], env: { INCUS_CONF: '<home>/remotes' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/remotes', INCUS_REMOTE: 'other' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/remotes', INCUS_REMOTE: 'nope' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/default-gone' } },
  { argv: ['web'], env: { INCUS_CONF: '<home>/broken' } },
  { argv: ['web'], env: { INCUS_CONF: '<home>/list' } },
  { argv: ['web'], env: { INCUS_CONF: '<home>/binary' } },
  { argv: ['web'], env: { INCUS_CONF: '<home>/folder' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/remotes', INCUS_GLOBAL_CONF: '<home>/broken' } },
  { argv: ['company:web', ...bare], env: { INCUS_CONF: '<home>/remotes', INCUS_GLOBAL_CONF: '<home>/global' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/project' } },
  { argv: ['web', ...bare], env: { INCUS_CONF: '<home>/project', INCUS_PROJECT: 'default' } },
  { argv: [], env: { INCUS_CONF: '<home>/broken' }, differs: 'help-before-configuration' },
  { argv: ['web', '--foo'], env: { INCUS_CONF: '<home>/broken' }, differs: 'flags-before-configuration' },
  { argv: ['web', ...bare], env: { INCUS_PROJECT: 'plain' } },
  { argv: ['web', ...bare, '--project', 'default'], env: { INCUS_PROJECT: 'nope' } },
  { argv: ['web'], env: { INCUS_SOCKET: '<home>/no.socket' } },
  { argv: ['web'], env: { INCUS_SOCKET: '<home>/remotes/config.yml' } },
  { argv: ['web'], env: { INCUS_DIR: '<home>' } },
  { argv: ['web', 'user.a'], env: { INCUS_DIR: '<home>' } },
];

const refusedByAServer: Line[] = [
  differs('refused-before-sending', 'web', '--project', 'nope'),
  { argv: ['web'], env: { INCUS_PROJECT: 'nope' }, differs: 'refused-before-sending' },
  differs('refused-before-sending', 'web', '--project', 'a&b/c%d "ü"'),
  differs('refused-before-sending', 'web', '--project', 'team'),
  differs('refused-before-sending', 'web', '--project', 'team', '--type', 'bridge'),
  differs('refused-before-sending', 'web', '--type', 'ovn'),
  differs('refused-before-sending', 'web', '--type', 'nonsense'),
  differs('refused-before-sending', 'web', '--type', 'macvlan'),
  same('web', '--type', 'macvlan', 'parent=lo'),
  differs('refused-before-sending', 'web', '--target', 'node1'),
  differs('refused-before-sending', 'web', 'ipv4.adress=none'),
  differs('refused-before-sending', 'web', '=x'),
  differs('refused-before-sending', 'web', 'ipv4.address=nonsense'),
  differs('refused-before-sending', 'web', 'ipv4.nat=maybe'),
  { argv: ['web', ...bare], before: [['web', ...bare]], differs: 'refused-before-sending' },
];

/** For a standalone server with the projects `plain` (without networks of its own) and `team` (with them). */
export const lines: Line[] = [
  ...flagsThatWork,
  ...flagsThatDoNot,
  ...helpAndVersion,
  ...pairs,
  ...names,
  ...standardInput,
  ...configurationFiles,
  ...refusedByAServer,
];

const onBoth = [
  ['web', '--target', 'node1'],
  ['web', '--target', 'node2'],
];

/** For a cluster of node1 and node2. */
export const clusterLines: Line[] = [
  same('web', '--target', 'node1'),
  same('web', '--target=node2', '-q'),
  { argv: ['web', '--target', 'node2'], before: [['web', '--target', 'node1']] },
  { argv: ['web', ...bare], before: onBoth },
  { argv: ['web', ...bare, '--description', 'of the cluster', '-q'], before: onBoth },
  { argv: ['web', '--target', 'node1'], before: [['web', '--target', 'node1']], differs: 'refused-before-sending' },
  differs('refused-before-sending', 'web', ...bare),
  differs('refused-before-sending', 'web', '--target', 'nope'),
  { argv: ['web', ...bare], before: [['web', '--target', 'node1']], differs: 'refused-before-sending' },
  differs('refused-before-sending', 'web', '--target', 'node1', ...bare),
];

const uplink = ['up', 'ipv4.address=192.168.88.1/24', 'ipv4.ovn.ranges=192.168.88.10-192.168.88.20', 'ipv6.address=none', 'ipv4.dhcp=false'];
const isolated = ['network=none', ...bare];

/** For a standalone server with OVN and the same projects. */
export const ovnLines: Line[] = [
  same('web', '--type', 'ovn', ...isolated),
  same('web', ...isolated, '-tovn', '--description', 'isolated', '-q'),
  same('web', '--project', 'team', ...isolated),
  same('web', '--project', 'team', '-t', 'ovn', ...isolated),
  { argv: ['web', ...isolated], env: { INCUS_PROJECT: 'team' } },
  { argv: ['web', '-t', 'ovn', 'network=up', 'ipv4.address=192.168.99.1/24', 'ipv4.nat=true', 'ipv6.address=none'], before: [uplink] },
  { argv: ['web', '-t', 'ovn', 'ipv4.address=192.168.99.1/24', 'ipv4.nat=true', 'ipv6.address=none'], before: [uplink] },
  { argv: ['web', '-t', 'ovn', 'ipv4.address=192.168.99.1/24', 'ipv6.address=none'], before: [uplink], differs: 'refused-before-sending' },
  differs('refused-before-sending', 'web', '-t', 'ovn'),
  differs('refused-before-sending', 'web', '-t', 'ovn', 'network=nope'),
  differs('refused-before-sending', 'web', '--project', 'team', '-t', 'bridge'),
];

/** config.yml by the name of its folder below `<home>`; null: a folder stands where the file should. */
export const configurations: Record<string, string | Buffer | null> = {
  remotes: [
    'default-remote: local',
    'remotes:',
    '  other: {addr: "unix://"}',
    '  lost: {addr: "unix:///nowhere/at/all.socket"}',
    '  secure: {addr: "https://127.0.0.1:1"}',
    '  public: {addr: "https://127.0.0.1:1", public: true}',
    '  oci: {addr: "https://127.0.0.1:1", protocol: oci}',
    '',
  ].join('\n'),
  'default-gone': 'default-remote: gone\n',
  broken: 'remotes: [\n',
  list: '- a\n',
  binary: Buffer.from([0, 1, 2, 255]),
  folder: null,
  global: 'remotes:\n  company: {addr: "unix://"}\n',
  project: 'remotes:\n  local: {addr: "unix://", project: plain}\n',
};
