import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshDatabase } from './database.js';
import type { Database } from './database.js';
import { makeMember } from './members.js';
import type { Member } from './members.js';
import { apiExtensionCount, schemaVersion } from './schema.js';
import { makeServer } from './server.js';
import type { Ovs, SandboxOptions, Shape } from './shape.js';
import type { State } from './state.js';

/** A running stand-in for an Incus server or cluster, reached through a unix socket of its first member. */
export interface Sandbox {
  /** node1, …; a standalone server's host name. */
  readonly members: string[];
  readonly socketPath: string;
  /** The directory of the socket, fit for INCUS_DIR. */
  readonly directory: string;
  /** Rows of a query on the global database. */
  select(query: string): unknown[][];
  /** Runs statements on the global database, for arranging. */
  execute(statements: string): void;
  addInterface(member: string, name: string): void;
  removeInterface(member: string, name: string): void;
  interfaces(member: string): string[];
  /** Open vSwitch comes or goes. */
  setOvs(member: string, ovs: Ovs): void;
  /** `METHOD /path?query` of every request since the start or `clearRequests`. */
  requests(): string[];
  clearRequests(): void;
  stopMember(member: string): Promise<void>;
  startMember(member: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a sandbox; about a millisecond after the first of a process. */
export async function startSandbox(shape: Shape, options: SandboxOptions = {}): Promise<Sandbox> {
  const db = await freshDatabase();
  const members = makeMembers(shape);
  insertMembers(db, members);
  const [self] = members;
  if (self == null) throw new Error('a sandbox has at least one member');

  const state: State = {
    db,
    members,
    self,
    clustered: shape.members > 1,
    version: options.version ?? '6.0.4',
    fingerprint: randomBytes(32).toString('hex'),
    options,
    now: () => Date.now(),
    subnets: 0,
  };
  const directory =
    options.socketPath == null ? await mkdtemp(join(tmpdir(), 'incus-sandbox-')) : dirname(options.socketPath);
  const socketPath = options.socketPath ?? join(directory, 'unix.socket');
  const seen: string[] = [];
  let server = makeServer(state, seen);
  await listen(server, socketPath);

  const member = (name: string): Member => {
    const found = members.find((each) => each.hostName === name);
    if (found == null) throw new Error(`the sandbox has no member "${name}"`);
    return found;
  };

  return {
    members: members.map(({ hostName }) => hostName),
    socketPath,
    directory,
    select: (query) => db.sql.exec(query).flatMap(({ values }) => values),
    execute: (statements) => void db.sql.exec(statements),
    addInterface: (name, each) => void member(name).interfaces.set(each, 'other'),
    removeInterface: (name, each) => void member(name).interfaces.delete(each),
    interfaces: (name) => [...member(name).interfaces.keys()],
    setOvs: (name, ovs) => setOvs(member(name), ovs),
    requests: () => [...seen],
    clearRequests: () => void seen.splice(0),
    stopMember: async (name) => {
      member(name).stoppedAt ??= state.now();
      if (member(name) === self) await stopListening(server);
    },
    startMember: async (name) => {
      const wasStopped = member(name).stoppedAt != null;
      member(name).stoppedAt = null;
      if (member(name) !== self || !wasStopped) return;
      server = makeServer(state, seen);
      await listen(server, socketPath);
    },
    close: async () => {
      await stopListening(server);
      db.close();
      if (options.socketPath == null) await rm(directory, { recursive: true, force: true });
    },
  };
}

function makeMembers(shape: Shape): Member[] {
  const ovs = (index: number) => (Array.isArray(shape.ovs) ? (shape.ovs[index] ?? 'none') : shape.ovs);
  return Array.from({ length: shape.members }, (_, index) => makeMember(index + 1, shape.members > 1, ovs(index)));
}

function insertMembers(db: Database, members: Member[]): void {
  const heartbeat = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  for (const { id, name, address } of members) {
    db.run(
      'INSERT INTO nodes (id, name, description, address, schema, api_extensions, heartbeat, arch) VALUES (?, ?, ?, ?, ?, ?, ?, 2)',
      [id, name, '', address, schemaVersion, apiExtensionCount, heartbeat],
    );
  }
}

function setOvs(member: Member, ovs: Ovs): void {
  member.ovs = ovs;
  if (ovs === 'none') member.interfaces.delete('br-int');
  else member.interfaces.set('br-int', 'ovs-bridge');
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
}

function stopListening(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
