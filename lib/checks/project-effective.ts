import { checks } from '../words/checks.js';
import { listProjects } from '../words/commands.js';
import { defineCheck, notApplicable, pass, unknown, warn } from './check.js';
import { createInDefault } from './create-in-default.js';

const says = checks['project-effective'];

export const projectEffective = defineCheck('project-effective', (intent, facts) => {
  const { project } = intent;
  if (intent.projectFrom !== 'flag') return notApplicable(says.notAsked);
  if (facts.project.kind !== 'known') return unknown(says.unreadable(project), { fix: listProjects(intent) });

  if (facts.project.value.hasNetworks || project === 'default') return pass(says.landsThere(project));

  return warn(says.landsInDefault(project), { fix: createInDefault(intent, facts) });
});
