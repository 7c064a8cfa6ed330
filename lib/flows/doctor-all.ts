import { diagnose } from '../doctor/diagnose.js';
import type { Diagnosis } from '../doctor/finding.js';
import { inParallel } from '../doctor/parallel.js';
import type { ExitCode } from '../errors.js';
import { causeText } from '../errors.js';
import type { Config } from '../remotes/config.js';
import type { Endpoint } from '../remotes/endpoint.js';
import { resolveRemote } from '../remotes/resolve.js';
import { reportRemotes } from '../report/doctor-all.js';
import type { RemoteDiagnosis } from '../report/doctor-all.js';
import type { World } from '../world.js';
import { configOf, exchangeLogger } from './connect.js';
import type { DoctorArguments } from './doctor.js';
import { diagnosing } from './doctor.js';
import { watchInterrupts } from './interrupts.js';
import { progressOn } from './progress.js';

/** Remotes that are looked at side by side. */
const SIDE_BY_SIDE = 32;

/** Looks at every remote that has networks; a slow or dead one holds up none of the others. */
export async function doctorAll(args: DoctorArguments & { wait: number }, world: World): Promise<ExitCode> {
  const interrupts = watchInterrupts(world);
  const progress = progressOn(args, world);
  try {
    const config = await configOf(world);
    const names = await remotesWithNetworks(config, world);
    progress.say(`reading ${names.length} remotes`);
    const resolved = await resolveAll(names, config, world);
    const looking = inParallel(resolved, SIDE_BY_SIDE, (one) => ('endpoint' in one ? lookAt(one.endpoint, args, world) : Promise.resolve(one)));
    const diagnoses = await interrupts.unlessRequested(looking);
    progress.end();
    return reportRemotes(diagnoses, args.format, world);
  } finally {
    progress.end();
    interrupts.release();
  }
}

/** Those that a network could be on; `local` only where a server is on this machine, or it is the default. */
async function remotesWithNetworks(config: Config, world: World): Promise<string[]> {
  const names = [...config.remotes].filter(([, remote]) => !remote.public && remote.protocol === 'incus').map(([name]) => name);
  if (config.defaultRemote === 'local' || !names.includes('local')) return names.sort();

  const { endpoint } = await resolveRemote('local:', { project: null }, config, world);
  const isThere = endpoint.address.kind === 'unix' && (await world.files.exists(endpoint.address.socket));
  return names.filter((name) => name !== 'local' || isThere).sort();
}

/** One after the other, because a key may have a password; asked for once where several remotes have the same key. */
async function resolveAll(names: readonly string[], config: Config, world: World): Promise<({ endpoint: Endpoint } | RemoteDiagnosis)[]> {
  const answers = new Map<string, string>();
  const password = async (question: string): Promise<string> => {
    const answer = answers.get(question) ?? (await world.password(question));
    answers.set(question, answer);
    return answer;
  };
  const resolved: ({ endpoint: Endpoint } | RemoteDiagnosis)[] = [];
  for (const name of names) {
    try {
      resolved.push({ endpoint: (await resolveRemote(`${name}:`, { project: null }, config, { ...world, password })).endpoint });
    } catch (error) {
      resolved.push({ remote: name, error: causeText(error) });
    }
  }
  return resolved;
}

async function lookAt(endpoint: Endpoint, args: DoctorArguments & { wait: number }, world: World): Promise<RemoteDiagnosis> {
  const { remote } = endpoint;
  const server = world.connect(endpoint, exchangeLogger(args, world));
  const work = async (): Promise<Diagnosis> => diagnose(args.project, await diagnosing(endpoint, server, () => undefined, world));
  try {
    return { remote, diagnosis: await within(args.wait, work()) };
  } catch (error) {
    return { remote, error: causeText(error) };
  } finally {
    // Ends whatever is still under way, so that the program can end too.
    await server.close().catch(() => undefined);
  }
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not done within ${seconds} s`)), seconds * 1000);
  });
  work.catch(() => undefined); // it fails later, when the connection is closed
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
