import type { Diagnosing } from '../doctor/diagnose.js';
import { diagnose } from '../doctor/diagnose.js';
import type { ExitCode } from '../errors.js';
import { CliError } from '../errors.js';
import type { IncusServer } from '../incus/server.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import { reportDiagnosis } from '../report/doctor.js';
import type { World } from '../world.js';
import { configOf, exchangeLogger, surroundings } from './connect.js';
import { watchInterrupts } from './interrupts.js';
import { progressOn, watched } from './progress.js';

/** The command line of `doctor`. */
export interface DoctorArguments {
  /** `[<remote>:]` as written; empty: the default remote. */
  subject: string;
  /** Only this project; null: all. */
  project: string | null;
  format: 'text' | 'json';
  quiet: boolean;
  verbose: boolean;
  debug: boolean;
  /** Every remote instead of one, each for so many seconds; null: one. */
  allRemotes: { wait: number } | null;
}

/** Milliseconds to wait for a create that is under way before its record counts as perhaps being made. */
const PATIENCE = 10_000;

/** Reads a whole server and says which records are broken, why, and what cures them. Changes nothing. */
export async function doctor(args: DoctorArguments, world: World): Promise<ExitCode> {
  if (args.allRemotes !== null) return (await import('./doctor-all.js')).doctorAll({ ...args, ...args.allRemotes }, world);

  const interrupts = watchInterrupts(world);
  const progress = progressOn(args, world);
  try {
    // The project of a remote or of INCUS_PROJECT says where to work, not what to look at.
    const { endpoint, name } = await resolveRemote(args.subject, { project: null }, await configOf(world), world);
    if (name !== '') throw new CliError(`doctor looks at a server, and "${args.subject}" names a network`, { hint: `incus-safenet doctor ${args.subject}:   # where that is a remote` });

    const server = watched(world.connect(endpoint, exchangeLogger(args, world)), progress);
    try {
      const work = diagnosing(endpoint, server, progress.say, world).then((around) => diagnose(args.project, around));
      const diagnosis = await interrupts.unlessRequested(work);
      progress.end();
      return reportDiagnosis(diagnosis, args.format, world);
    } finally {
      await server.close();
    }
  } finally {
    progress.end();
    interrupts.release();
  }
}

/** What a diagnosis works with, for `doctor` and `repair`. */
export async function diagnosing(endpoint: Endpoint, server: IncusServer, onProgress: (text: string) => void, world: World): Promise<Diagnosing> {
  return {
    server,
    around: await surroundings(endpoint, world),
    journal: world.journal,
    isAlive: world.isAlive,
    patience: PATIENCE,
    pause: world.pause,
    onProgress,
  };
}
