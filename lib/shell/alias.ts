import { quoted } from './shells.js';

/** `add` is what Incus 7 calls create as well. */
export const aliasNames = ['network create', 'network add'] as const;
export type AliasName = (typeof aliasNames)[number];

/** What config.yml has under one of our names. */
export type AliasState =
  | { name: AliasName; kind: 'absent' }
  /** `program` is the path that it runs; `here`: that of this program. */
  | { name: AliasName; kind: 'ours'; target: string; program: string; here: boolean }
  | { name: AliasName; kind: 'foreign'; target: string };

/** The alias that runs `program` (execIfAliases in cmd/incus/main_aliases.go, 6.0.4: a target with a leading slash is run). */
export function aliasTarget(program: string): string {
  return `${quoted(program, 'bash')} @ARGS@`;
}

/** Ours is what runs a file of our name, so that an alias made by hand or by another version counts too. */
export function aliasState(name: AliasName, aliases: Readonly<Record<string, string>>, program: string): AliasState {
  const target = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (target === undefined) return { name, kind: 'absent' };

  const [first = '', second = ''] = words(target);
  const isOurs = /\/incus-network-create(\.js)?$/.test(first) || (/\/incus-safenet(\.js)?$/.test(first) && second === 'create');
  return isOurs ? { name, kind: 'ours', target, program: first, here: first === program } : { name, kind: 'foreign', target };
}

/** As far as the words of a target matter here: quotes and backslashes of a POSIX shell. */
function words(target: string): string[] {
  const parts = target.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gs) ?? [];
  return parts.map((part) => part.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs, (_, single?: string, double?: string, escaped?: string) => single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? ''));
}
