import { badRequest, failure, textOf } from './answers.js';
import type { Database } from './database.js';

interface Result {
  type: 'select' | 'exec';
  columns: string[] | null;
  rows: unknown[][] | null;
  rows_affected: number;
}

/**
 * `POST /internal/sql`: cut at every `;`, quoted or not, and each piece run in a transaction of its own; a SELECT is
 * rolled back (cmd/incusd/api_internal.go, 6.0.4).
 */
export function runSql(db: Database, database: unknown, query: unknown): { Results: Result[] | null } {
  if (database !== 'global' && database !== 'local') throw badRequest('Invalid database');
  if (typeof query !== 'string' || query === '') throw badRequest('No query provided');

  const results = query
    .split(';')
    .map((piece) => piece.replace(/^ +/, ''))
    .filter((piece) => piece !== '')
    .map((piece) => (piece.toUpperCase().startsWith('SELECT') ? select(db, piece) : execute(db, piece)));

  // Go's JSON of a slice that nothing was appended to.
  return { Results: results.length === 0 ? null : results };
}

function select(db: Database, piece: string): Result {
  try {
    const statement = db.sql.prepare(piece);
    const rows: unknown[][] = [];
    while (statement.step()) rows.push(statement.get());
    const columns = statement.getColumnNames();
    statement.free();
    return { type: 'select', columns, rows: rows.length === 0 ? null : rows, rows_affected: 0 };
  } catch (error) {
    throw failure(`Failed to execute query: ${textOf(error)}`);
  }
}

function execute(db: Database, piece: string): Result {
  try {
    const changed = db.transaction(() => {
      if (yieldsRows(db, piece)) throw new Error('rows yielded when none expected for EXEC request');
      return db.sql.getRowsModified();
    });
    // SQLite goes on reporting the count of the last change after a statement that changes nothing.
    const changes = /^\s*(insert|update|delete|replace|with)\b/i.test(piece);
    return { type: 'exec', columns: null, rows: null, rows_affected: changes ? changed : 0 };
  } catch (error) {
    throw failure(`Failed to exec query: ${textOf(error)}`);
  }
}

/** Runs a statement to its end or to its first row. */
function yieldsRows(db: Database, piece: string): boolean {
  if (piece.trim() === '') return false;
  const statement = db.sql.prepare(piece);
  const yields = statement.step();
  statement.free();
  return yields;
}

/** `GET /internal/sql`: the database as SQL text (internal/server/db/query/dump.go, 6.0.4). */
export function dumpSql(db: Database, schemaOnly: boolean): { text: string } {
  const lines = ['PRAGMA foreign_keys=OFF;', 'BEGIN TRANSACTION;'];
  for (const entity of db.rows(
    `SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid`,
  )) {
    lines.push(`${String(entity.sql).replace('CREATE TABLE "', 'CREATE TABLE IF NOT EXISTS "')};`);
    if (!schemaOnly && entity.type === 'table') lines.push(...inserts(db, String(entity.name)));
  }
  if (!schemaOnly) lines.push('DELETE FROM sqlite_sequence;', ...inserts(db, 'sqlite_sequence'));
  return { text: [...lines, 'COMMIT;', ''].join('\n') };
}

function inserts(db: Database, table: string): string[] {
  const literal = (value: unknown) =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  return db
    .rows(`SELECT * FROM "${table}" ORDER BY rowid`)
    .map((row) => `INSERT INTO ${table} VALUES(${Object.values(row).map(literal).join(',')});`);
}
