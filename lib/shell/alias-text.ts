import type { AliasState } from './alias.js';

/** Measured on 6.0.4: the alias is looked up before the flags are read. */
export const limits = `An alias counts only where "network create" comes first:
  incus --project x network create y    fails, and does nothing
  incus network -q create y             reaches the server without our checks
Put flags behind, or use the shell function: incus-safenet shell-init --help
`;

/** One line per alias, for status and remove. */
export function describeAlias(state: AliasState, runs: boolean): string {
  const is = `alias "${state.name}": `;
  switch (state.kind) {
    case 'absent':
      return `${is}not installed\n`;
    case 'foreign':
      return `${is}another program's, left alone: ${state.target}\n`;
    case 'ours':
      if (!runs) return `${is}runs ${state.program}, which is not there any more\n`;
      return `${is}installed, runs ${state.program}${state.here ? '' : ', another copy of incus-safenet'}\n`;
  }
}
