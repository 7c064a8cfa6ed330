import { known } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import { effectiveType } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import type { JournalEntry, Owner } from '../journal/schema.js';
import { ABSENT, JOURNAL_SCHEMA, UNREADABLE } from '../journal/schema.js';
import type { Plan } from './plan.js';

/** Who writes an entry, and when. */
export interface Authorship {
  id: string;
  startedAt: Date;
  owner: Owner;
  /** The unix socket, where that is how the server is reached. */
  socket: string | null;
}

/** The plan as a journal entry, with what stood on the server before it. */
export function newEntry(plan: Plan, intent: Intent, facts: Facts, { id, startedAt, owner, socket }: Authorship): JournalEntry {
  const project = facts.effectiveProject.kind === 'known' ? facts.effectiveProject.value : intent.project;
  return {
    schema: JOURNAL_SCHEMA,
    id,
    startedAt: startedAt.toISOString(),
    owner,
    server: { remote: intent.remote, fingerprint: facts.server.fingerprint, ...(socket === null ? {} : { socket }), ...membersOf(facts) },
    project,
    network: intent.network,
    type: effectiveType(intent.type, known(project)) ?? '',
    before: {
      ...recordBefore(facts),
      interfaces: (facts.interfaces ?? []).filter(({ presence }) => presence.kind !== 'absent').map(({ member }) => member),
    },
    steps: plan.steps.map((step) => ({ ...step, status: 'todo' as const })),
  };
}

function membersOf({ members, server }: Facts): { members?: string[] } {
  if (members.kind === 'known') return { members: members.value.map(({ server_name: name }) => name) };
  return server.clustered ? {} : { members: [] };
}

/** A record that could not be read may well be there: only what was seen to be absent can become ours. */
function recordBefore({ record }: Facts): { status: string; locations: string[] } {
  switch (record.kind) {
    case 'known':
      return { status: record.value.status, locations: record.value.locations };
    case 'absent':
      return { status: ABSENT, locations: [] };
    case 'unreadable':
      return { status: UNREADABLE, locations: [] };
  }
}
