import type { CreateArguments } from './arguments.js';
import type { StandardInput } from './document.js';
import { readPairs } from './grammar.js';
import type { Intent, ProjectSource } from './intent.js';

/** What the remotes stage made of the subject and the project (remotes/resolve.ts). */
export interface Resolved {
  remote: string;
  /** The network, without the remote's prefix. */
  network: string;
  project: string;
  projectFrom: ProjectSource;
}

/**
 * The intent of a command line. The last step before facts are gathered: the native client looks at key=value arguments
 * only once it is connected, so their errors come last.
 */
export function readIntent(args: CreateArguments, input: StandardInput, resolved: Resolved): Intent {
  return {
    remote: resolved.remote,
    network: resolved.network,
    project: resolved.project,
    projectFrom: resolved.projectFrom,
    target: args.target,
    type: args.type,
    description: args.description === '' ? input.description : args.description,
    config: Object.fromEntries([...Object.entries(input.config), ...readPairs(args.pairs, input.value)]),
    droppedYamlKeys: input.droppedKeys,
    allMembers: args.allMembers,
    memberConfig: args.memberConfig,
  };
}
