import type { Flag } from './flags.js';

/** The native client's global flags (cmd/incus/main.go, 6.0.4 and 7.0), which every command of ours takes too. */
export const globalFlags = [
  { name: 'project', kind: 'string', describe: 'Override the source project', placeholder: 'project' },
  { name: 'quiet', short: 'q', kind: 'boolean', describe: "Don't show progress information" },
  { name: 'force-local', kind: 'boolean', describe: 'Accepted; changes nothing here, as in the native client' },
  { name: 'debug', kind: 'boolean', describe: 'Show all debug messages' },
  { name: 'verbose', short: 'v', kind: 'boolean', describe: 'Show all information messages' },
  { name: 'explain', kind: 'boolean', describe: 'If the command is valid, show how its arguments were read and stop' },
  { name: 'sub-commands', kind: 'boolean', describe: 'Use with --help to view sub-commands', hidden: true },
  { name: 'version', kind: 'boolean', describe: 'Print version number' },
  { name: 'help', short: 'h', kind: 'boolean', describe: 'Print help' },
] as const satisfies readonly Flag[];
