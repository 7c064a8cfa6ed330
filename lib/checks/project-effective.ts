import { defineCheck, notApplicable, pass, unknown, warn } from './check.js';
import { createCommand, remotePrefix } from './words.js';

export const projectEffective = defineCheck('project-effective', (intent, facts) => {
  if (intent.projectFrom !== 'flag') return notApplicable('no --project was given');
  if (facts.project.kind !== 'known') {
    return unknown(`cannot tell in which project the network would land: "${intent.project}" cannot be read`, {
      fix: `incus project list ${remotePrefix(intent)}`.trim(),
    });
  }

  if (facts.project.value.hasNetworks || intent.project === 'default') return pass(`the network lands in project "${intent.project}"`);

  return warn(`project "${intent.project}" has features.networks=false, so the network lands in project "default"`, {
    fix: createCommand(intent, { project: 'default' }),
  });
});
