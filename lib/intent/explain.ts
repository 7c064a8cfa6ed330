import type { Intent, ProjectSource } from './intent.js';

const sources: Record<ProjectSource, string> = {
  flag: 'from --project',
  environment: 'from INCUS_PROJECT',
  remote: "the remote's own",
  'user-socket': "the user socket's own",
  default: 'none was named',
};

/** The answer to --explain: how the arguments were understood. */
export function explain(intent: Intent): string {
  const rows: [string, string][] = [
    ['remote', intent.remote],
    ['project', `${intent.project} (${sources[intent.projectFrom]})`],
    ['network', intent.network],
    ['type', intent.type ?? 'left to the server'],
    ['target', intent.target ?? (intent.allMembers ? 'every cluster member' : 'the server')],
    ['description', intent.description],
    ...Object.entries(intent.config).map(([key, value]): [string, string] => ['config', `${key}=${value}`]),
    ...intent.memberConfig.map(({ member, key, value }): [string, string] => ['config', `${key}=${value} on ${member}`]),
    ['not used', intent.droppedYamlKeys.join(', ')],
  ];

  const lines = rows.filter(([, text]) => text !== '').map(([title, text]) => `${title.padEnd(13)}${text}\n`);
  return `${lines.join('')}The arguments are valid. With --explain, nothing else is done.\n`;
}
