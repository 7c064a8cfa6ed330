import * as z from '../zod.js';
import { ServerError } from '../errors.js';
import { Network, SqlResult } from '../incus/schemas.js';
import type { IncusServer } from '../incus/server.js';

/*
 * The few commands of the native client that the demo shows, for machines without it: the requests that it sends,
 * and what it makes of the answers (cmd/incus/network.go, project.go and admin_sql.go, 6.0.4).
 */

/** Carries out one command line of `incus` and resolves to what it would print. */
export async function nativeClient(argv: readonly string[], server: IncusServer): Promise<string> {
  const words = argv.filter((word) => !word.startsWith('-'));
  const project = argv.find((word) => word.startsWith('--project='))?.slice('--project='.length) ?? 'default';
  const [area, verb, name = '', query = ''] = words;
  try {
    return await answer(`${area} ${verb}`, { name, query, project, argv }, server);
  } catch (error) {
    if (error instanceof ServerError) return `Error: ${error.message}\n`;
    throw error;
  }
}

interface Words {
  name: string;
  query: string;
  project: string;
  argv: readonly string[];
}

async function answer(command: string, { name, query, project, argv }: Words, server: IncusServer): Promise<string> {
  const inProject = `project=${encodeURIComponent(project)}`;
  switch (command) {
    case 'project create':
      await server.change('POST', '/1.0/projects', { config: configOf(argv), description: '', name });
      return `Project ${name} created\n`;
    case 'project delete':
      await server.change('DELETE', `/1.0/projects/${encodeURIComponent(name)}`);
      return `Project ${name} deleted\n`;
    case 'network create':
      await server.change('POST', `/1.0/networks?${inProject}`, { config: {}, description: '', name, type: '' });
      return `Network ${name} created\n`;
    case 'network delete':
      await server.change('DELETE', `/1.0/networks/${encodeURIComponent(name)}?${inProject}`);
      return `Network ${name} deleted\n`;
    case 'network list':
      return networkTable(await server.get(`/1.0/networks?${inProject}&recursion=1`, z.array(Network)));
    case 'admin sql':
      return sqlTable(await server.ask('/internal/sql', { database: name, query }, SqlResult));
    default:
      throw new Error(`the demo does not know "incus ${argv.join(' ')}"`);
  }
}

/** The values of `--config=key=value`. */
function configOf(argv: readonly string[]): Record<string, string> {
  const pairs = argv.filter((word) => word.startsWith('--config=')).map((word) => word.slice('--config='.length));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function networkTable(networks: Network[]): string {
  const rows = networks.map(({ name, type, managed, config, description, used_by: usedBy, status }) => [
    name,
    type,
    managed ? 'YES' : 'NO',
    config['ipv4.address'] ?? '',
    config['ipv6.address'] ?? '',
    description,
    String(usedBy.length),
    status.toUpperCase(),
  ]);
  return table(['NAME', 'TYPE', 'MANAGED', 'IPV4', 'IPV6', 'DESCRIPTION', 'USED BY', 'STATE'], rows);
}

function sqlTable({ Results: [result] }: SqlResult): string {
  const rows = (result?.rows ?? []).map((row) => row.map(String));
  return table(result?.columns ?? [], rows);
}

/** A table as the native client draws it: the head in the middle of its column, the rest to the left. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (cells: readonly string[], place: (text: string, width: number) => string) =>
    `|${widths.map((width, column) => ` ${place(cells[column] ?? '', width)} `).join('|')}|`;
  const middle = (text: string, width: number) =>
    text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);

  const drawn = rows.flatMap((row) => [line(row, (text, width) => text.padEnd(width)), rule]);
  return [rule, line(head, middle), rule, ...drawn, ''].join('\n');
}
