import type { BrokenRecord } from '../doctor/broken-record.js';
import { projectFlag, subject } from '../words/commands.js';
import { steps } from '../words/repairs.js';
import { quote } from '../words/shell.js';
import { causeText } from '../errors.js';
import { readNetwork } from '../incus/networks.js';
import { backupOf } from '../incus/rows.js';
import type { Network } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalStore } from '../journal/store.js';

/** A file from which a record can be put back. */
export interface Backup {
  file: string;
  /** The command that does it. */
  restore: string;
}

/** Names of one repair's backups: they sort together, and one pattern means them all. */
export interface BackupNames {
  prefix: string;
  of(record: BrokenRecord, extension: 'sql' | 'yaml'): string;
}

export function backupNames(at: Date, id: string): BackupNames {
  const stamp = at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const prefix = `repair-${stamp}-${id.slice(0, 8)}-`;
  return { prefix, of: ({ row, project, network }, extension) => `${prefix}${row === null ? '' : `${row.id}-`}${project}_${network}.${extension}` };
}

/** Keeps the record's rows; over a connection that cannot read them, what `incus network create` makes it from. */
export async function keep(record: BrokenRecord, names: BackupNames, { server, journal, remote, isClustered }: { server: IncusServer; journal: JournalStore; remote: string; isClustered: boolean }): Promise<Backup> {
  if (record.row !== null) {
    const file = await journal.backup(names.of(record, 'sql'), await backupOf(server, record.row));
    return { file, restore: restoreRows(file) };
  }

  const network = await readNetwork(server, record);
  // JSON is YAML, which the native client reads on standard input.
  const text = `${JSON.stringify({ config: network?.config ?? {}, description: network?.description ?? '' }, null, 2)}\n`;
  const file = await journal.backup(names.of(record, 'yaml'), text);
  const create = ['incus', 'network', 'create', subject(remote, record.network), ...(network === null ? [] : ['--type', network.type])].join(' ') + projectFlag(record.project);
  const definitions = network === null || !isClustered ? [] : await definitionsOf(record, network, server);
  const whole = definitions.length > 0 && record.status === 'Pending' ? [] : [`${create} < ${quote(file)}`];
  return { file, restore: [...definitions.map((words) => [create, ...words].join(' ')), ...whole].join(' && ') };
}

/** Words that define the record on each member of a cluster again; a record that was never more than pending is all in them. */
async function definitionsOf({ project, network: name, members }: BrokenRecord, { config }: Network, server: IncusServer): Promise<string[][]> {
  const defined = members.filter(({ state }) => state !== 'not defined');
  return Promise.all(
    defined.map(async ({ member }) => {
      const own = (await readNetwork(server, { project, network: name }, member))?.config ?? {};
      return ['--target', quote(member), ...Object.entries(own).flatMap(([key, value]) => (key in config ? [] : [quote(`${key}=${value}`)]))];
    }),
  );
}

/** The server's own tool runs the statements one by one (cmd/incus/admin_sql.go, 6.0.4: `-` reads standard input). */
export function restoreRows(file: string): string {
  return `incus admin sql global - < ${quote(file)}`;
}

/** The one command that puts all rows of a repair back. */
export function restoreAllRows(folder: string, { prefix }: BackupNames): string {
  return `cat ${quote(`${folder}/backups/${prefix}`)}*.sql | incus admin sql global -`;
}

/** Why a backup could not be made. */
export function noBackup(error: unknown): string {
  return steps.noBackup(causeText(error));
}
