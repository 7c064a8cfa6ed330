import { defineCheck, fail, pass } from './check.js';

export const journalClean = defineCheck('journal-clean', (intent, facts) => {
  if (facts.openTransactions.length === 0) return pass(`no transaction for network "${intent.network}" was cut off`);

  const open = facts.openTransactions.map(({ id, startedAt }) => `${id} of ${startedAt}`).join(', ');
  return fail(`a transaction for network "${intent.network}" was cut off: ${open}`, { fix: 'incus-safenet recover' });
});
