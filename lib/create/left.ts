import { readMembers, readNetwork } from '../incus/networks.js';
import { literal } from '../incus/sql.js';
import type { IncusServer } from '../incus/server.js';
import type { JournalEntry } from '../journal/schema.js';
import type { Observed } from './observe.js';
import type { Left, Result } from './result.js';
import { quote } from './shell.js';

/** What is left of ours when the rollback could not finish, with the commands that finish it. */
export function leftRow(entry: JournalEntry, what: string[], obstacle: string, offline: string[]): Left[] {
  const waits = offline.length > 0 ? `once ${offline.map((name) => `member "${name}"`).join(' and ')} is back, ` : '';
  const isDatabase = entry.type === 'ovn';
  const where = [`project "${entry.project}" on remote "${entry.server.remote}"`, obstacle && `because: ${obstacle}`].filter(Boolean).join(', ');

  return what.map((one) => ({
    what: one,
    where: `${where}${waits && `; ${waits}it can be removed`}`,
    command: isDatabase && offline.length === 0 ? onMember(entry) : `incus-safenet recover ${entry.id}`,
  }));
}

/** For a person with a shell on a member of the cluster: the guarded removal in the server's own tool. */
function onMember({ project, network }: JournalEntry): string {
  const statement =
    `DELETE FROM networks WHERE name = ${literal(network)} AND project_id = (SELECT id FROM projects WHERE name = ${literal(project)}) ` +
    'AND NOT EXISTS (SELECT 1 FROM networks_nodes WHERE network_id = networks.id AND state = 1)';
  return `incus admin sql global ${quote(statement)}`;
}

/** A create that failed on definitions that were there before us: they stay, and can be tried again. */
export async function leftRecord(entry: JournalEntry, observed: Observed, error: string, server: IncusServer): Promise<Result> {
  const live = await liveMembers(entry, server);
  const isPartial = observed.kind === 'record' && observed.status === 'Errored';
  const name = entry.server.remote === 'local' ? entry.network : `${entry.server.remote}:${entry.network}`;
  const body = entry.steps.at(-1)?.request.body;
  // After the first try the server has the global config, and refuses it in a second one (networksPostCluster, 6.0.4).
  const config = isPartial ? [] : Object.entries(body?.config ?? {}).map(([key, value]) => `${key}=${value}`);
  const words = ['incus', 'network', 'create', name, ...config, '--type', entry.type, '--project', entry.project];

  return {
    kind: 'left-behind',
    error,
    rollback: null,
    left: [
      {
        what: `the definitions of network "${entry.network}" that were there before`,
        where: live.length > 0 ? `live already on ${live.join(', ')}` : 'live on no member',
        command: words.map(quote).join(' '),
      },
      {
        what: 'or, to remove the definitions instead',
        where: `project "${entry.project}"`,
        command: ['incus-safenet', 'repair', name, '--project', entry.project].map(quote).join(' '),
      },
    ],
  };
}

async function liveMembers(entry: JournalEntry, server: IncusServer): Promise<string[]> {
  try {
    const members = await readMembers(server);
    const states = await Promise.all(
      members.map(async ({ server_name: name }) => {
        const network = await readNetwork(server, entry, name).catch(() => null);
        return network?.status === 'Created' ? [name] : [];
      }),
    );
    return states.flat();
  } catch {
    return [];
  }
}
