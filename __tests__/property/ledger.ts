import type { Target } from '../helpers/target.js';
import type { Key } from './operations.js';

/** A record, as the database has it. */
export interface Row {
  id: number;
  project: string;
  name: string;
  state: number;
  /** Everything that nobody but its maker may change. */
  content: string;
  /** Members on which it is defined. */
  members: number[];
}

export interface Picture {
  rows: Row[];
  /** Interfaces per member, without those of the machine itself. */
  interfaces: string[][];
}

/** What is on the server, as far as networks go. */
export async function picture(target: Target, isOfTheMachine: (name: string) => boolean): Promise<Picture> {
  const [networks, members, config, interfaces] = await Promise.all([
    target.select('SELECT n.id, p.name, n.name, n.state, n.type, n.description FROM networks n JOIN projects p ON p.id = n.project_id ORDER BY n.id'),
    target.select('SELECT network_id, node_id, state FROM networks_nodes ORDER BY network_id, node_id'),
    target.select('SELECT network_id, node_id, key, value FROM networks_config ORDER BY network_id, node_id, key'),
    Promise.all(target.members.map(async (member) => (await target.interfaces(member)).filter((name) => !isOfTheMachine(name)).sort())),
  ]);
  const of = (table: unknown[][], id: unknown): unknown[][] => table.filter(([network]) => network === id);
  return {
    rows: networks.map(([id, project, name, state, ...rest]) => ({
      id: Number(id),
      project: String(project),
      name: String(name),
      state: Number(state),
      content: JSON.stringify([state, ...rest, of(members, id), of(config, id)]),
      members: of(members, id).map(([, member]) => Number(member)),
    })),
    interfaces,
  };
}

export function isOf(row: Row, { project, name }: Key): boolean {
  return row.project === project && row.name === name;
}

const CREATED = 1;

/** Whether the network is there and whole, on every member. */
export function isWhole(row: Row): boolean {
  const [state, , , members] = JSON.parse(row.content) as [number, number, string, [number, number, number][]];
  return state === CREATED && members.every(([, , memberState]) => memberState === CREATED);
}

/** What may be on the server, and who answers for it. */
export class Ledger {
  /** Records of others, and those that we have finished: nobody may touch them. */
  readonly protected = new Map<number, Row>();
  /** Interfaces that others have made, per member. */
  readonly theirInterfaces: Set<string>[];

  constructor(members: number) {
    this.theirInterfaces = Array.from({ length: members }, () => new Set<string>());
  }

  /**
   * Others have done something: what has changed since `before` is theirs. `isClaimed`: whether an open transaction
   * of ours has asked for each definition of the record. Definitions bear no name, so others who repeat one of ours
   * before we have finished cannot be told from us, and share its fate (docs/decisions/0004).
   */
  note(before: Picture, after: Picture, isClaimed: (row: Row) => boolean): void {
    for (const row of after.rows) {
      const known = before.rows.find(({ id }) => id === row.id);
      // Others who finish or change a record make it theirs.
      const isShared = known !== undefined && !this.protected.has(row.id) && !isWhole(row) && isClaimed(row);
      if (!isShared && (known === undefined || known.content !== row.content || this.protected.has(row.id))) this.protected.set(row.id, row);
    }
    for (const id of this.protected.keys()) {
      if (!after.rows.some((row) => row.id === id)) this.protected.delete(id);
    }
    // What a server's DELETE takes with it is between others and the server.
    this.theirInterfaces.forEach((names, member) => {
      for (const name of [...names]) if (after.interfaces[member]?.includes(name) !== true) names.delete(name);
    });
  }

  /**
   * Sentences about all that is wrong. `run`: what a run of ours was about, null for recover: records of that name
   * that were not Created may have grown. `said`: networks of which we have said that something is left.
   */
  faults(now: Picture, run: Key | 'any' | null, said: (key: Key) => boolean): string[] {
    const found: string[] = [];
    for (const before of this.protected.values()) {
      const row = now.rows.find(({ id }) => id === before.id);
      if (row === undefined) found.push(`record ${before.id} (${before.project}/${before.name}) of others is gone`);
      else if (row.content !== before.content && !mayGrow(before, row, run, said)) found.push(`record ${before.id} of others was changed: ${before.content} -> ${row.content}`);
    }
    for (const row of now.rows) {
      if (!this.protected.has(row.id) && !said({ project: row.project as Key['project'], name: row.name })) found.push(`record ${row.id} (${row.project}/${row.name}) of ours is left: ${row.content}`);
    }
    now.interfaces.forEach((names, member) => {
      const theirs = this.theirInterfaces[member] ?? new Set();
      for (const name of theirs) if (!names.includes(name)) found.push(`interface ${name} of others on member ${member + 1} is gone`);
      for (const name of names) {
        const isAccountedFor = theirs.has(name) || now.rows.some((row) => row.project === 'default' && row.name === name) || said({ project: 'default', name });
        if (!isAccountedFor) found.push(`interface ${name} on member ${member + 1} is left`);
      }
    });
    return found;
  }
}

/** A create may finish definitions that were there, or add one: that is what it was asked to do. While it is open, they may come and go. */
function mayGrow(before: Row, row: Row, run: Key | 'any' | null, said: (key: Key) => boolean): boolean {
  const isAsked = run === 'any' || (run !== null && isOf(before, run)) || said({ project: before.project as Key['project'], name: before.name });
  return isAsked && !isWhole(before) && before.members.every((member) => row.members.includes(member));
}
