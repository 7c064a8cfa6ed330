import { isAfterIncus60, isIncus7 } from '../facts/capabilities.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown } from './check.js';
import { combinationProblem } from './combinations.js';
import { missingReference } from './references.js';
import { ruleFor } from './key-scope.js';
import { knownType, typeIsForeign } from './situation.js';
import { createCommand } from './words.js';

export const configValues = defineCheck('config-values', (intent, facts) => {
  const given = values(intent);
  if (given.length === 0) return notApplicable('no config was given');

  const type = knownType(intent, facts);
  if (type === null) {
    if (typeIsForeign(intent, facts)) return notApplicable('the values of an unknown type are not known either');
    return unknown('cannot tell which values are valid: the project, and so the type, cannot be read', { fix: createCommand(intent, { type: 'bridge' }) });
  }

  const lenient = isAfterIncus60(facts);
  const complaints = given.flatMap(({ key, value, where }) => {
    const complaint = ruleFor(type, key)?.(value, lenient);
    return complaint ? [{ says: `${key}=${shown(value)}${where} ${complaint.says}`, fix: `give ${key} ${complaint.give}` }] : [];
  });
  if (complaints.length > 0) {
    return fail(complaints.map(({ says }) => says).join('; '), { fix: complaints.map(({ fix }) => fix).join('; ') });
  }

  const problem = combinationProblem(type, intent, isIncus7(facts)) ?? missingReference(intent, facts);
  return problem ? fail(problem.says, { fix: problem.give }) : pass('every value is one that the server takes');
});

/** Empty values are dropped by the server, and so is what is wrong with them. */
function values(intent: Intent) {
  const global = Object.entries(intent.config).map(([key, value]) => ({ key, value, where: '' }));
  const own = intent.memberConfig.map(({ member, key, value }) => ({ key, value, where: ` on member "${member}"` }));

  return [...global, ...own].filter(({ value }) => value !== '');
}

function shown(value: string): string {
  return /^[\w.,:/-]+$/.test(value) ? value : JSON.stringify(value);
}
