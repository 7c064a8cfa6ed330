import initSqlJs from 'sql.js';
import type { BindParams, Database as SqlJs, SqlValue } from 'sql.js';
import { schema } from './schema.js';

export type Row = Record<string, SqlValue>;

/** A global database: SQLite in memory, foreign keys enforced. */
export class Database {
  constructor(readonly sql: SqlJs) {
    sql.run('PRAGMA foreign_keys=ON');
  }

  rows(query: string, params: BindParams = []): Row[] {
    const statement = this.sql.prepare(query, params);
    const rows: Row[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    statement.free();
    return rows;
  }

  /** The first row, if there is one. */
  row(query: string, params: BindParams = []): Row | undefined {
    return this.rows(query, params)[0];
  }

  /** How many rows it changed. */
  run(query: string, params: BindParams = []): number {
    this.sql.run(query, params);
    return this.sql.getRowsModified();
  }

  insert(query: string, params: BindParams = []): number {
    this.run(query, params);
    return Number(this.row('SELECT last_insert_rowid() AS id')?.id);
  }

  transaction<T>(body: () => T): T {
    this.sql.run('BEGIN');
    try {
      const result = body();
      this.sql.run('COMMIT');
      return result;
    } catch (error) {
      this.sql.run('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.sql.close();
  }
}

async function loadTemplate() {
  const { Database: Sql } = await initSqlJs();
  const empty = new Sql();
  empty.run(schema);
  const bytes = empty.export();
  empty.close();
  return () => new Database(new Sql(bytes));
}

let template: ReturnType<typeof loadTemplate> | undefined;

/** A database of its own with the schema and the default project. WebAssembly and schema are loaded once per process. */
export async function freshDatabase(): Promise<Database> {
  template ??= loadTemplate();
  const fresh = await template;
  return fresh();
}
