import type { BrokenRecord } from '../doctor/broken-record.js';
import type { ExitCode } from '../errors.js';
import type { Endpoint } from '../remotes/endpoint.js';
import type { World } from '../world.js';
import { create } from './create.js';

/** What of the command line of `repair` a finish takes over. */
interface FinishArguments {
  yes: boolean;
  dryRun: boolean;
  quiet: boolean;
  verbose: boolean;
  debug: boolean;
}

/** Makes a working network of definitions that were never created: create itself, with its checks and its journal. */
export async function finish({ project, network, type }: BrokenRecord, args: FinishArguments, { remote }: Endpoint, world: World): Promise<ExitCode> {
  const { yes, dryRun, quiet, verbose, debug } = args;
  return create(
    {
      subject: `${remote}:${network}`,
      pairs: [],
      description: '',
      target: null,
      type,
      project,
      forceLocal: false,
      explain: false,
      allMembers: true,
      memberConfig: [],
      format: 'text',
      ignoredChecks: [],
      ifNotExists: false,
      wait: WAIT,
      yes,
      dryRun,
      quiet,
      verbose,
      debug,
    },
    // Standard input is not the YAML of a create here.
    { ...world, stdin: { ...world.stdin, isTTY: true } },
  );
}

/** Seconds to wait for the server's answer: the default of create. */
const WAIT = 300;
