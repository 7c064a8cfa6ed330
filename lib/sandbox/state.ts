import type { Database } from './database.js';
import { failure } from './answers.js';
import type { Member } from './members.js';
import type { SandboxOptions, Step } from './shape.js';

/** Everything that a sandbox is. `self` is the member that answers. */
export interface State {
  db: Database;
  members: Member[];
  self: Member;
  clustered: boolean;
  version: '6.0.4' | '7.0.2';
  /** Of its certificate: no two servers have the same. */
  fingerprint: string;
  options: SandboxOptions;
  now(): number;
  /** How many subnets have been given out for `auto`. */
  subnets: number;
}

/** A request that may lose its client. */
export interface Call {
  gone: boolean;
}

/**
 * A transaction on the context of the request: once the client is gone it fails, and so does an undo that uses it
 * (networksPost in cmd/incusd/networks.go, 6.0.4).
 */
export function onContext<T>(state: State, call: Call, body: () => T): T {
  if (call.gone) throw failure('context canceled');
  return state.db.transaction(body);
}

export async function before(state: State, name: Step['name'], member?: string): Promise<void> {
  await state.options.beforeStep?.(member == null ? { name } : { name, member });
}

/** A stopped member counts as Online until its heartbeat is old (cluster.offline_threshold). */
export function isOffline(state: State, member: Member): boolean {
  return member.stoppedAt != null && state.now() - member.stoppedAt >= (state.options.offlineAfterMs ?? 20_000);
}
