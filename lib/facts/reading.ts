import { ServerError, causeText } from '../errors.js';
import type { Network } from '../incus/schemas.js';
import type { Fact, OpenTransaction } from './facts.js';
import { absent, known, silent, unreadable } from './facts.js';

/** A member that cannot be reached in this time (milliseconds) cannot be asked; the server itself gives up after 10 s. */
export const MEMBER_PROBE_TIMEOUT = 6_000;

/** A read as a fact: 404 is absence, any other failure is not. */
export async function read<T>(request: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await request());
  } catch (error) {
    if (error instanceof ServerError && error.status === 404) return absent(error.message);
    return unreadable(causeText(error));
  }
}

/** A network, or why there is none; for callers that must tell failures apart. */
export async function answerOf(request: () => Promise<Network>): Promise<Network | Error> {
  try {
    return await request();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Why a member told nothing. A no of any kind is an answer; that the member cannot be reached, the member that we
 * asked says with an error of its own (500, `Missing event connection with target cluster member`), or not at all.
 */
export function whyUntold(error: Error): Fact<never> {
  const isAnswer = error instanceof ServerError && error.status < 500;
  return isAnswer ? unreadable(error.message) : silent(error.message);
}

export function map<T, U>(fact: Fact<T>, to: (value: T) => U): Fact<U> {
  return fact.kind === 'known' ? { ...fact, value: to(fact.value) } : fact;
}

/** As util.IsTrue of Incus (shared/util/strings.go, 6.0.4). */
export function isTrue(value: string | undefined): boolean {
  return ['true', '1', 'yes', 'on'].includes((value ?? '').toLowerCase());
}
/** What the facts come from besides the server. */
export interface Surroundings {
  remote: string;
  /** True for a unix socket. */
  local: boolean;
  /** Open journal entries, for any server and network. */
  openTransactions: (OpenTransaction & { fingerprint: string })[];
  /** This machine, where the server is on it; null otherwise. */
  host: LocalHost | null;
}

/** `external_ids` of the row in table Open_vSwitch, as far as Incus reads them; empty where they are not set. */
export interface OvsSettings {
  encapIp: string;
  /** Whether an interface of this machine has encapIp. */
  isEncapIpHere: boolean;
  /** Where the southbound database is. */
  remote: string;
}

/** What can be seen of Open vSwitch on this machine without asking Incus. */
export interface LocalHost {
  /**
   * Databases that the OVSDB server at `connection` (`unix:/path`) serves.
   * `absent` where nothing listens there; `unreadable` where it does not answer, or the connection is of another kind.
   */
  ovsdb(connection: string): Promise<Fact<string[]>>;
  /** What Open vSwitch was told about OVN; not known of every machine. */
  openVSwitch?(connection: string): Promise<Fact<OvsSettings>>;
  /** Whether the kernel has a Linux bridge of that name. */
  isLinuxBridge(name: string): Promise<boolean>;
}
