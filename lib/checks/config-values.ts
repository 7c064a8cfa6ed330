import { isAfterIncus60, isIncus7 } from '../facts/capabilities.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { createCommand } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown } from './check.js';
import { combinationProblem } from './combinations.js';
import { missingReference } from './references.js';
import { ruleFor } from './key-scope.js';
import { knownType, typeIsForeign } from './situation.js';

const says = checks['config-values'];

export const configValues = defineCheck('config-values', (intent, facts) => {
  const given = values(intent);
  if (given.length === 0) return notApplicable(says.none);

  const type = knownType(intent, facts);
  if (type === null) {
    if (typeIsForeign(intent, facts)) return notApplicable(says.foreignType);
    return unknown(says.notTold, { fix: createCommand(intent, { type: 'bridge' }) });
  }

  const lenient = isAfterIncus60(facts);
  const complaints = given.flatMap(({ key, value, where }) => {
    const complaint = ruleFor(type, key)?.(value, lenient);
    return complaint ? [{ detail: says.wrong(key, shown(value), where, complaint), fix: says.wrongFix(key, complaint) }] : [];
  });
  if (complaints.length > 0) {
    return fail(says.several(complaints.map(({ detail }) => detail)), { fix: says.several(complaints.map(({ fix }) => fix)) });
  }

  const problem = combinationProblem(type, intent, isIncus7(facts)) ?? missingReference(intent, facts);
  return problem ? fail(problem.says, { fix: problem.give }) : pass(says.allFine);
});

/** Empty values are dropped by the server, and so is what is wrong with them. */
function values(intent: Intent) {
  const global = Object.entries(intent.config).map(([key, value]) => ({ key, value, where: '' }));
  const own = intent.memberConfig.map(({ member, key, value }) => ({ key, value, where: says.onMember(member) }));

  return [...global, ...own].filter(({ value }) => value !== '');
}

function shown(value: string): string {
  return /^[\w.,:/-]+$/.test(value) ? value : JSON.stringify(value);
}
