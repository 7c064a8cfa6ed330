import { checks } from '../words/checks.js';
import { listProjects } from '../words/commands.js';
import { defineCheck, fail, pass, unknown } from './check.js';

const says = checks['project-exists'];

export const projectExists = defineCheck('project-exists', (intent, facts) => {
  const fix = listProjects(intent);

  switch (facts.project.kind) {
    case 'known':
      return pass(says.exists(intent.project));
    case 'absent':
      return fail(says.isAbsent(intent.project), { fix });
    case 'unreadable':
      return unknown(says.unreadable(intent.project, facts.project.reason), { fix });
  }
});
