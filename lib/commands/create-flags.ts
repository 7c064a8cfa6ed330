import { globalFlags } from './common-flags.js';
import type { Flag } from './flags.js';

/** `incus network create` (cmd/incus/network.go, 6.0.4). */
const nativeFlags = [
  { name: 'description', kind: 'string', describe: 'Describe the network', placeholder: 'text' },
  { name: 'target', kind: 'string', describe: 'Only define it, as pending, on this cluster member', placeholder: 'member' },
  { name: 'type', short: 't', kind: 'string', describe: 'bridge, macvlan, sriov, ovn or physical; the server chooses where none is given', placeholder: 'type' },
] as const satisfies readonly Flag[];

/** Ours; the native client has none of these. */
const ownFlags = [
  { name: 'dry-run', kind: 'boolean', describe: 'Run every check and print the result; send nothing' },
  { name: 'format', kind: 'string', describe: 'Output format: text or json', placeholder: 'text|json' },
  { name: 'ignore-check', kind: 'list', describe: 'Turn the failure of these checks into a warning', placeholder: 'name[,name]' },
  { name: 'all-members', kind: 'boolean', describe: 'Define the network on every cluster member, then create it' },
  { name: 'member-config', kind: 'list', describe: 'A member-specific key for one member; implies --all-members', placeholder: 'member:key=value' },
  { name: 'if-not-exists', kind: 'boolean', describe: 'Succeed where the network exists already as asked for' },
  { name: 'wait', kind: 'number', default: 300, describe: "How long to wait for the server's answer", placeholder: 'seconds' },
  { name: 'yes', kind: 'boolean', describe: 'Ask no questions' },
] as const satisfies readonly Flag[];

/** The one list of flags that create and check share. */
export const createFlags: readonly Flag[] = [...nativeFlags, ...ownFlags, ...globalFlags];
