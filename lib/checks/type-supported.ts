import { networkTypes } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown } from './check.js';
import { missingOvs } from './ovn-available.js';
import { knownType } from './situation.js';
import { createCommand, list } from './words.js';

export const typeSupported = defineCheck('type-supported', (intent, facts) => {
  if (!intent.type) return notApplicable('no --type was given, so the server chooses one that it supports');
  if (!knownType(intent, facts)) {
    return fail(`there is no network type "${intent.type}"`, { fix: `the types are ${list(networkTypes)}` });
  }

  if (intent.type === 'ovn') return pass('type "ovn" works in every project');
  if (facts.effectiveProject.kind !== 'known') {
    return unknown(`cannot tell whether project "${intent.project}" takes type "${intent.type}": the project cannot be read`, {
      fix: createCommand(intent, { project: 'default' }),
    });
  }

  const project = facts.effectiveProject.value;
  if (project === 'default') return pass(`type "${intent.type}" works in project "default"`);

  const missing = missingOvs(facts);
  const detail = `project "${project}" has features.networks=true, where only type "ovn" works, not "${intent.type}"`;
  return fail(missing === null ? detail : `${detail}; and ${missing.detail}`, {
    fix: createCommand(intent, { project: 'default' }),
    ...(missing === null ? {} : { members: missing.members }),
  });
});
