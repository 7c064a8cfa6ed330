import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../errors.js';
import type { IncusServer } from './server.js';
import { SqlResult } from './schemas.js';

/*
 * The server's own database interface, `/internal/sql` (cmd/incusd/api_internal.go, 6.0.4). It splits the
 * text at every `;`, quoted or not, and runs each piece in a transaction of its own, so one statement is
 * atomic, and no statement may hold a `;`.
 */

export type SqlValue = string | number | null;

/** A literal that holds no `;`, whatever the value. */
export function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);

  return value
    .split(';')
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(' || char(59) || ');
}

/** Rows of one SELECT, which the server rolls back. */
export async function select(server: IncusServer, query: string): Promise<SqlValue[][]> {
  const { Results: results } = await ask(server, query);
  return (results[0]?.rows ?? []).map((row) => row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
}

/** Runs one changing statement; resolves to the number of rows that it changed. */
export async function execute(server: IncusServer, statement: string): Promise<number> {
  const { Results: results } = await ask(server, statement);
  return results[0]?.rows_affected ?? 0;
}

const ATTEMPTS = 10;
/** Milliseconds, as the server itself waits (internal/server/db/query/retry.go, 6.0.4). */
const PAUSE = 100;

async function ask(server: IncusServer, query: string): Promise<SqlResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await server.ask('/internal/sql', { database: 'global', query }, SqlResult);
    } catch (error) {
      if (!isBusy(error) || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE);
    }
  }
}

/** Somebody else writes to the database: nothing was done. The server asks again for its own statements, and not for these. */
function isBusy(error: unknown): boolean {
  return error instanceof ServerError && ['database is locked', 'checkpoint in progress'].some((text) => error.message.includes(text));
}
