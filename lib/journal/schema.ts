import * as z from '../zod.js';

/*
 * One transaction, as it lies on disk. An entry exists from just before the first request that changes
 * the server until it is known what became of it; a file that is there is a transaction that is not over.
 *
 *   todo --(written, fsynced)--> doing --(answer: yes)--> done
 *                                      --(answer: no)---> failed
 *
 * `doing` in a process that is gone means "may have happened": the server is read, never guessed at.
 */

const Status = z.enum(['todo', 'doing', 'done', 'failed']);

const JournalStep = z.object({
  kind: z.enum(['define-pending-on-member', 'create-network']),
  member: z.optional(z.string()),
  request: z.object({
    method: z.literal('POST'),
    path: z.string(),
    body: z.object({ config: z.record(z.string(), z.string()), description: z.string(), name: z.string(), type: z.string() }),
  }),
  status: Status,
  /** The server's own words, where it said no. */
  error: z.optional(z.string()),
  /** The status of that answer: from 500 on the server has failed at it, and not refused it. */
  code: z.optional(z.int()),
  /** The no meant that the network, or its definition, is somebody else's. */
  taken: z.optional(z.boolean()),
});
export type JournalStep = z.infer<typeof JournalStep>;

/** The process that writes the entry; enough to tell whether it still lives. */
const Owner = z.object({
  host: z.string(),
  pid: z.int(),
  /** Start of the process in clock ticks since boot (/proc/<pid>/stat); empty where the system does not say. */
  started: z.string(),
  /** /proc/sys/kernel/random/boot_id; empty where the system does not say. */
  boot: z.string(),
});
export type Owner = z.infer<typeof Owner>;

export const JOURNAL_SCHEMA = 'incus-safenet/journal/1';

export const JournalEntry = z.object({
  schema: z.literal(JOURNAL_SCHEMA),
  id: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  owner: Owner,
  server: z.object({
    /** The remote's name in config.yml at the time. */
    remote: z.string(),
    /** Certificate fingerprint: the server's identity, whatever the remote is called. */
    fingerprint: z.string(),
    /** Unix socket, for a transaction over the local socket. */
    socket: z.optional(z.string()),
    /** Names of the cluster's members; empty on a server that is not clustered, absent where they could not be read. */
    members: z.optional(z.array(z.string())),
  }),
  /** The effective project. */
  project: z.string(),
  network: z.string(),
  /** What stood under that name before us. */
  before: z.object({
    status: z.string(),
    locations: z.array(z.string()),
    /** Members on which an interface of that name stood already: theirs, not ours. */
    interfaces: z.array(z.string()),
  }),
  /** Id of the row that the rollback sets to Created, so that DELETE takes the interface down: it is to go all the same. */
  adopted: z.optional(z.int()),
  /** The type that the server was to make; `ovn` records may end hidden. */
  type: z.string(),
  steps: z.array(JournalStep).check(z.minLength(1)),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** `before.status` where there was no record: the only case in which a record can be ours. */
export const ABSENT = 'absent';

/** `before.status` where it could not be read: what is there may have been there before. */
export const UNREADABLE = 'unreadable';
