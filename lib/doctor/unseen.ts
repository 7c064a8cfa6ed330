import type { Confirmed } from './look-again.js';
import type { SurveyedJournal } from './judge-journal.js';
import { isUnprovenOnly } from './judge-projects.js';
import type { Survey } from './survey.js';
import { list } from './words.js';

/** What the diagnosis could not look at, in sentences: silence about it would pass for health. */
export function unseen(survey: Survey, { inFlight, unreadable }: Confirmed, { running }: SurveyedJournal): string[] {
  const { isRestricted, projects, rows, server, members, ovn } = survey;
  const offline = members.kind === 'known' ? members.value.filter(({ status }) => status === 'Offline').map((member) => member.server_name) : [];

  return [
    ...(isRestricted ? [`this connection may see only ${projects.length > 5 ? `${projects.length} projects` : list(projects.map(({ name }) => `project "${name}"`))}; other projects were not looked at`] : []),
    ...(rows.kind === 'unreadable' && server.clustered
      ? ['the database cannot be read over this connection, so a network that is Created was not compared with its members']
      : []),
    ...(members.kind === 'unreadable' ? [`the cluster members cannot be listed: ${members.reason}`] : []),
    ...(offline.length > 0 ? [`${list(offline)} cannot be reached`] : []),
    ...(ovn !== null && isUnprovenOnly(survey) && ovn.northbound.kind === 'unreadable'
      ? [`whether the OVN northbound database answers cannot be told: ${ovn.northbound.reason}`]
      : []),
    ...inFlight.map(({ project, network }) => `network "${network}" in project "${project}" is perhaps being created at this moment; look again later`),
    ...running.map(({ project, network, owner }) => `network "${network}" in project "${project}" is being created by process ${owner.pid}`),
    ...unreadable.map(({ project, network, why }) => `network "${network}" in project "${project}" cannot be read: ${why}`),
  ];
}
