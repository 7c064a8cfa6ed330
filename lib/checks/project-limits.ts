import { isIncus7 } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { checks } from '../words/checks.js';
import { setProject, showProject } from '../words/commands.js';
import { defineCheck, fail, notApplicable, pass, unknown, type CheckResult } from './check.js';
import { isTrue, items } from './situation.js';

const says = checks['project-limits'];

export const projectLimits = defineCheck('project-limits', (intent, facts) => {
  if (facts.project.kind !== 'known') {
    return unknown(says.unreadable, { fix: showProject(intent) });
  }

  return notAllowed(intent, facts, facts.project.value.config) ?? overLimit(intent, facts, facts.project.value.config);
});

/** project.NetworkAllowed: asked of the project that was named, even where the network lands in `default`. */
function notAllowed(intent: Intent, facts: Facts, config: Record<string, string>): CheckResult | null {
  if (!isTrue(config['restricted'])) return null;
  if (config['restricted.devices.nic'] === 'block') {
    return fail(says.blocked(intent.project), { fix: setProject(intent, 'restricted.devices.nic=managed') });
  }

  // 7.0.2 lets a project have networks of its own under any name (measured); 7.0.1 refuses before it writes anything.
  if (isIncus7(facts) && facts.effectiveProject.kind === 'known' && facts.effectiveProject.value !== 'default') return null;

  const allowed = items(config['restricted.networks.access']);
  if (allowed.length === 0 || allowed.includes(intent.network)) return null;

  return fail(says.notAllowed(intent.project, allowed), {
    fix: setProject(intent, `restricted.networks.access=${[...allowed, intent.network].join(',')}`),
  });
}

/** The server counts in projects with networks of their own, and only for a name that is new (networksPost). */
function overLimit(intent: Intent, facts: Facts, config: Record<string, string>): CheckResult {
  const limit = config['limits.networks'];
  if (!limit) return pass(says.noLimit(intent.project));
  if (facts.effectiveProject.kind === 'known' && facts.effectiveProject.value === 'default') {
    return notApplicable(says.notCounted);
  }
  if (facts.record.kind === 'known') return pass(says.isCounted(intent.network));
  if (facts.networkCount.kind !== 'known') {
    return unknown(says.cannotCount(intent.project, limit), { fix: showProject(intent) });
  }
  if (facts.networkCount.value < Number(limit)) return pass(says.inUse(facts.networkCount.value, limit));

  return fail(says.isFull(intent.project, limit, facts.networkCount.value), {
    fix: setProject(intent, `limits.networks=${facts.networkCount.value + 1}`),
  });
}
