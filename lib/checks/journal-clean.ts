import { checks } from '../words/checks.js';
import { recoverCommand } from '../words/commands.js';
import { defineCheck, fail, pass } from './check.js';

const says = checks['journal-clean'];

export const journalClean = defineCheck('journal-clean', (intent, facts) => {
  if (facts.openTransactions.length === 0) return pass(says.isClean(intent.network));

  const open = facts.openTransactions.map(({ id, startedAt }) => says.transaction(id, startedAt));
  return fail(says.cutOff(intent.network, open), { fix: recoverCommand() });
});
