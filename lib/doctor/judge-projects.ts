import { ovnAvailable } from '../checks/ovn-available.js';
import type { CheckResult } from '../checks/check.js';
import type { Facts } from '../facts/facts.js';
import { absent, known, unreadable } from '../facts/facts.js';
import type { NetworkKey } from '../incus/networks.js';
import { nameInUrl } from '../incus/paths.js';
import type { Intent } from '../intent/intent.js';
import { shareNetworksOfDefault } from '../words/commands.js';
import { evidence } from '../words/evidence.js';
import { projects as says } from '../words/findings.js';
import type { Finding } from './finding.js';
import type { Survey, SurveyedProject } from './survey.js';

/** Projects with networks of their own on a server where OVN cannot work: every create there fails, and some leave a hidden record. */
export function judgeProjects(survey: Survey, broken: NetworkKey[]): Finding[] {
  return survey.projects
    .filter(({ name, hasNetworks }) => hasNetworks && name !== 'default')
    .flatMap((project) => {
      const answer = judge(project, survey);
      return answer.status === 'fail' && !isUnprovenOnly(survey) ? [atRisk(project, answer, broken, survey)] : [];
    });
}

/** Whether it could not be told that OVN works, though nothing speaks against it. */
export function isUnprovenOnly({ ovn }: Survey): boolean {
  return ovn !== null && ovn.ovs.length > 0 && ovn.ovs.every(({ ovs }) => ovs.kind === 'known') && ovn.northbound.kind === 'unreadable';
}

/** The check that create makes, for a network without a type in that project. */
function judge(project: SurveyedProject, { server, members, ovn }: Survey): CheckResult {
  const intent: Intent = {
    remote: server.remote,
    network: 'network',
    project: project.name,
    projectFrom: 'flag',
    target: null,
    type: null,
    description: '',
    config: {},
    droppedYamlKeys: [],
    allMembers: false,
    memberConfig: [],
  };
  const facts: Facts = {
    server,
    project: known(project),
    effectiveProject: known(project.name),
    members,
    record: absent(evidence.notAsked),
    interfaces: null,
    ovn,
    neighbours: unreadable(evidence.notAsked),
    networkCount: unreadable(evidence.notAsked),
    configKeys: unreadable(evidence.notAsked),
    references: { acls: unreadable(evidence.notAsked), zones: unreadable(evidence.notAsked) },
    openTransactions: [],
  };
  return ovnAvailable.judge(intent, facts);
}

function atRisk(project: SurveyedProject, answer: CheckResult, broken: NetworkKey[], { server, isRestricted }: Survey): Finding {
  const command = withoutNetworks(project, broken, server.remote);
  return {
    kind: 'project-at-risk',
    severity: 'warning',
    remote: server.remote,
    project: project.name,
    network: null,
    evidence: says.atRisk(answer.detail, server.clustered),
    fix: command === null ? (answer.fix ?? '').replaceAll('\n', '; ') : isRestricted ? says.forAdministrator(command) : command,
  };
}

/**
 * The command that has a project share the networks of `default`; null where its contents forbid that: features can
 * be changed in empty projects only (projectChange, cmd/incusd/api_project.go, 6.0.4).
 */
function withoutNetworks(project: SurveyedProject, broken: NetworkKey[], remote: string): string | null {
  const command = shareNetworksOfDefault(remote, project.name);
  const contents = project.usedBy.filter((url) => url !== `/1.0/profiles/default?project=${encodeURIComponent(project.name)}`);
  if (contents.length === 0) return command;

  const brokenHere = broken.filter((record) => record.project === project.name).map(({ network }) => network);
  const isBroken = (url: string): boolean => url.startsWith('/1.0/networks/') && brokenHere.includes(nameInUrl(url));
  return contents.every(isBroken) ? says.onceRepaired(command, contents.length) : null;
}
