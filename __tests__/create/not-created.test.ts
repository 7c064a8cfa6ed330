import { describe, expect, it } from '@jest/globals';
import { notCreated } from '../../lib/create/look.js';
import { ServerError } from '../../lib/errors.js';
import { Network } from '../../lib/incus/schemas.js';
import type { IncusServer } from '../../lib/incus/server.js';
import type { JournalEntry } from '../../lib/journal/schema.js';

/** A server that answers for each member with a status, or an error. */
function serverWith(answers: Record<string, string | Error>): Pick<IncusServer, 'get'> {
  return {
    get: async <T>(path: string) => {
      const target = new URL(path, 'http://server').searchParams.get('target');
      const answer = target === null ? 'Created' : answers[target];
      if (answer === undefined) throw new ServerError(404, 'Network not found');
      if (answer instanceof Error) throw answer;
      return Network.parse({ name: 'web', type: 'bridge', managed: true, status: answer, locations: Object.keys(answers) }) as T;
    },
  };
}

const entry = (members: string[] | undefined) => ({ project: 'default', network: 'web', server: { remote: 'local', fingerprint: '', ...(members && { members }) } }) as unknown as JournalEntry;
const ask = (members: string[] | undefined, answers: Record<string, string | Error>) => notCreated(entry(members), serverWith(answers) as IncusServer);

describe('what not every member bears out', () => {
  it('is nothing where each of them shows the network as Created', async () => {
    await expect(ask(['node1', 'node2'], { node1: 'Created', node2: 'Created' })).resolves.toEqual([]);
  });

  it('names the members that show something else, nothing, or cannot be asked', async () => {
    const answers = { node1: 'Created', node2: 'Pending', node3: new ServerError(500, 'Missing event connection') };

    await expect(ask(['node1', 'node2', 'node3', 'node4'], answers)).resolves.toEqual([
      { member: 'node2', status: 'shows it as Pending' },
      { member: 'node3', status: 'cannot be asked: Missing event connection' },
      { member: 'node4', status: 'has no such network' },
    ]);
  });

  it('goes by the record where the members may not be read', async () => {
    await expect(ask(undefined, { node1: 'Created', node2: 'Errored' })).resolves.toEqual([{ member: 'node2', status: 'shows it as Errored' }]);
  });
});
