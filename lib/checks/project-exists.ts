import { defineCheck, fail, pass, unknown } from './check.js';
import { remotePrefix } from './words.js';

export const projectExists = defineCheck('project-exists', (intent, facts) => {
  const fix = `incus project list${intent.remote === 'local' ? '' : ` ${remotePrefix(intent)}`}`;

  switch (facts.project.kind) {
    case 'known':
      return pass(`project "${intent.project}" exists`);
    case 'absent':
      return fail(`project "${intent.project}" does not exist, or is not visible to you`, { fix });
    case 'unreadable':
      return unknown(`cannot read project "${intent.project}": ${facts.project.reason}`, { fix });
  }
});
