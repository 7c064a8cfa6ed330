import type { Flag } from './flags.js';

/** The native client's global flags (cmd/incus/main.go, 6.0.4 and 7.0), which every command of ours takes too. */
export const globalFlags = [
  { name: 'project', kind: 'string', describe: 'The project to work in', placeholder: 'project' },
  { name: 'quiet', short: 'q', kind: 'boolean', describe: "Print nothing when all goes well" },
  { name: 'force-local', kind: 'boolean', describe: 'Accepted and without effect, as with "incus network create"' },
  { name: 'debug', kind: 'boolean', describe: 'Print every request and answer' },
  { name: 'verbose', short: 'v', kind: 'boolean', describe: 'Print what is being done' },
  { name: 'explain', kind: 'boolean', describe: 'Print how the arguments were understood, and stop' },
  { name: 'sub-commands', kind: 'boolean', describe: 'Accepted with --help', hidden: true },
  { name: 'version', kind: 'boolean', describe: 'Print the version' },
  { name: 'help', short: 'h', kind: 'boolean', describe: 'Print this help' },
] as const satisfies readonly Flag[];
