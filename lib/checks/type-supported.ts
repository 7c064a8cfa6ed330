import { networkTypes } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { defineCheck, fail, notApplicable, pass, unknown } from './check.js';
import { createInDefault } from './create-in-default.js';
import { missingOvs } from './ovn-available.js';
import { knownType } from './situation.js';

const says = checks['type-supported'];

export const typeSupported = defineCheck('type-supported', (intent, facts) => {
  const { type } = intent;
  if (!type) return notApplicable(says.notAsked);
  if (!knownType(intent, facts)) return fail(says.unknownType(type), { fix: says.typesFix(networkTypes) });

  if (type === 'ovn') return pass(says.ovnWorks);
  if (facts.effectiveProject.kind !== 'known') {
    return unknown(says.unreadable(intent.project, type), { fix: createInDefault(intent, facts) });
  }

  const project = facts.effectiveProject.value;
  if (project === 'default') return pass(says.worksInDefault(type));

  const missing = missingOvs(facts);
  const detail = says.onlyOvn(project, type);
  return fail(missing === null ? detail : says.alsoMissing(detail, missing.detail), {
    fix: createInDefault(intent, facts),
    ...(missing === null ? {} : { members: missing.members }),
  });
});
