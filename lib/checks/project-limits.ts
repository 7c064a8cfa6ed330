import { isIncus7 } from '../facts/capabilities.js';
import type { Facts } from '../facts/facts.js';
import type { Intent } from '../intent/intent.js';
import { defineCheck, fail, notApplicable, pass, unknown, type CheckResult } from './check.js';
import { isTrue, items } from './situation.js';
import { quote, remotePrefix } from './words.js';

export const projectLimits = defineCheck('project-limits', (intent, facts) => {
  if (facts.project.kind !== 'known') {
    return unknown('cannot read the limits and restrictions of the project', { fix: show(intent) });
  }

  return notAllowed(intent, facts, facts.project.value.config) ?? overLimit(intent, facts, facts.project.value.config);
});

/** project.NetworkAllowed: asked of the project that was named, even where the network lands in `default`. */
function notAllowed(intent: Intent, facts: Facts, config: Record<string, string>): CheckResult | null {
  if (!isTrue(config['restricted'])) return null;
  if (config['restricted.devices.nic'] === 'block') {
    return fail(`project "${intent.project}" may use no network at all: restricted.devices.nic=block`, { fix: set(intent, 'restricted.devices.nic=managed') });
  }

  // 7.0.2 lets a project have networks of its own under any name (measured); 7.0.1 refuses before it writes anything.
  if (isIncus7(facts) && facts.effectiveProject.kind === 'known' && facts.effectiveProject.value !== 'default') return null;

  const allowed = items(config['restricted.networks.access']);
  if (allowed.length === 0 || allowed.includes(intent.network)) return null;

  return fail(`project "${intent.project}" allows only these networks: ${allowed.join(', ')}`, {
    fix: set(intent, `restricted.networks.access=${[...allowed, intent.network].join(',')}`),
  });
}

/** The server counts in projects with networks of their own, and only for a name that is new (networksPost). */
function overLimit(intent: Intent, facts: Facts, config: Record<string, string>): CheckResult {
  const limit = config['limits.networks'];
  if (!limit) return pass(`project "${intent.project}" sets no limit that matters`);
  if (facts.effectiveProject.kind === 'known' && facts.effectiveProject.value === 'default') {
    return notApplicable('limits.networks is not counted in project "default"');
  }
  if (facts.record.kind === 'known') return pass(`network "${intent.network}" is counted already`);
  if (facts.networkCount.kind !== 'known') {
    return unknown(`cannot count the networks of project "${intent.project}", which has limits.networks=${limit}`, { fix: show(intent) });
  }
  if (facts.networkCount.value < Number(limit)) return pass(`${facts.networkCount.value} of ${limit} networks are in use`);

  return fail(`project "${intent.project}" is full: limits.networks=${limit}, and it has ${facts.networkCount.value}`, {
    fix: set(intent, `limits.networks=${facts.networkCount.value + 1}`),
  });
}

function show(intent: Intent): string {
  return `incus project show ${quote(`${remotePrefix(intent)}${intent.project}`)}`;
}

function set(intent: Intent, pair: string): string {
  return `incus project set ${quote(`${remotePrefix(intent)}${intent.project}`)} ${quote(pair)}`;
}
