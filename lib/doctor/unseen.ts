import type { Confirmed } from './look-again.js';
import type { SurveyedJournal } from './judge-journal.js';
import { isUnprovenOnly } from './judge-projects.js';
import type { Survey } from './survey.js';
import { unseen as says } from '../words/findings.js';

/** What the diagnosis could not look at, in sentences: silence about it would pass for health. */
export function unseen(survey: Survey, { inFlight, unreadable }: Confirmed, { running }: SurveyedJournal): string[] {
  const { isRestricted, projects, rows, server, members, ovn } = survey;
  const offline = members.kind === 'known' ? members.value.filter(({ status }) => status === 'Offline').map((member) => member.server_name) : [];

  return [
    ...(isRestricted ? [says.otherProjects(projects.map(({ name }) => name))] : []),
    ...(rows.kind === 'unreadable' && server.clustered ? [says.rows] : []),
    ...(members.kind === 'unreadable' ? [says.members(members.reason)] : []),
    ...(offline.length > 0 ? [says.offline(offline)] : []),
    ...(ovn !== null && isUnprovenOnly(survey) && ovn.northbound.kind === 'unreadable'
      ? [says.northbound(ovn.northbound.reason)]
      : []),
    ...inFlight.map(({ project, network }) => says.inFlight(network, project)),
    ...running.map(({ project, network, owner }) => says.running(network, project, owner.pid)),
    ...unreadable.map(({ project, network, why }) => says.network(network, project, why)),
  ];
}
