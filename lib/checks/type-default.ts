import { checks } from '../words/checks.js';
import { createCommand, listProjects } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, warn } from './check.js';
import { createInDefault } from './create-in-default.js';
import { ovnAvailable } from './ovn-available.js';

const says = checks['type-default'];

export const typeDefault = defineCheck('type-default', (intent, facts) => {
  if (intent.type) return notApplicable(says.given(intent.type));
  // It may be ovn, and of OVN nothing is proven.
  if (facts.effectiveProject.kind !== 'known') {
    return fail(says.unreadable, { fix: facts.project.kind === 'absent' ? listProjects(intent) : createCommand(intent, { type: 'bridge' }) });
  }

  const project = facts.effectiveProject.value;
  if (project === 'default') return pass(says.isBridge);

  const ovn = ovnAvailable.judge(intent, facts).status;
  if (ovn === 'fail') return fail(says.isOvn(project), { fix: createInDefault(intent, facts, { type: 'bridge' }) });

  return warn(says.isOvn(project), { fix: createCommand(intent, { type: 'ovn' }) });
});
