import { defineCheck, fail, notApplicable, pass, warn } from './check.js';
import { ovnAvailable } from './ovn-available.js';
import { createCommand } from './words.js';

export const typeDefault = defineCheck('type-default', (intent, facts) => {
  if (intent.type) return notApplicable(`--type ${intent.type} was given`);
  if (facts.effectiveProject.kind !== 'known') {
    // It may be ovn, and of OVN nothing is proven.
    return fail('no --type was given, and which one the server takes depends on a project that cannot be read', {
      fix: createCommand(intent, { type: 'bridge' }),
    });
  }

  const project = facts.effectiveProject.value;
  if (project === 'default') return pass('no --type was given, so the type is "bridge"');

  const detail = `no --type was given, and project "${project}" has features.networks=true, so the type would be "ovn", not "bridge"`;
  const ovn = ovnAvailable.judge(intent, facts).status;
  if (ovn === 'fail') return fail(detail, { fix: createCommand(intent, { project: 'default', type: 'bridge' }) });

  return warn(detail, { fix: createCommand(intent, { type: 'ovn' }) });
});
