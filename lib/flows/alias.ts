import path from 'node:path';
import type { ExitCode } from '../errors.js';
import { CliError, exitCodes } from '../errors.js';
import { decodeYaml } from '../intent/yaml/decode.js';
import { parseYaml } from '../intent/yaml/parse.js';
import type { ConfigFile } from '../remotes/config-file.js';
import { configFileShape } from '../remotes/config-file.js';
import { aliasNames, aliasState, aliasTarget } from '../shell/alias.js';
import type { AliasState } from '../shell/alias.js';
import { describeAlias, limits } from '../shell/alias-text.js';
import { withAliases } from '../shell/config-edit.js';
import { firstConfig } from '../shell/first-config.js';
import type { World } from '../world.js';
import { configOf } from './connect.js';

export interface AliasArguments {
  action: 'install' | 'remove' | 'status';
  yes: boolean;
  quiet: boolean;
  /** Absolute path of incus-network-create. */
  program: string;
}

/** Our aliases in the native client's config.yml: put there, taken out, or looked at. */
export async function alias(args: AliasArguments, world: World): Promise<ExitCode> {
  const file = await readAliases(args.program, world);
  const say = (text: string): void => void (args.quiet || world.stdout.write(text));

  switch (args.action) {
    case 'status':
      return status(file, args, world);
    case 'install': {
      await agree(file.states, args, world);
      await change(file, Object.fromEntries(aliasNames.map((name) => [name, aliasTarget(args.program)])), world);
      say(`"incus network create" and "incus network add" now run ${args.program}\n`);
      if (!args.quiet) world.stderr.write(limits);
      return exitCodes.ok;
    }
    case 'remove': {
      const ours = file.states.filter(({ kind }) => kind === 'ours');
      await change(file, Object.fromEntries(ours.map(({ name }) => [name, null])), world);
      for (const state of file.states) say(state.kind === 'ours' ? `removed the alias "${state.name}"\n` : describeAlias(state, true));
      return exitCodes.ok;
    }
  }
}

interface AliasFile {
  path: string;
  /** Null where there is no config.yml yet. */
  text: string | null;
  states: AliasState[];
}

async function readAliases(program: string, world: World): Promise<AliasFile> {
  // First as everywhere else, so that a config.yml that cannot be read or understood ends in the usual words.
  const { folder } = await configOf(world);
  if (folder === null) throw new CliError('cannot find a place for config.yml: neither INCUS_CONF nor a home folder is there');

  const file = path.join(folder, 'config.yml');
  const text = await world.files.read(file);
  const { aliases } = await decoded(text ?? firstConfig);
  return { path: file, text, states: aliasNames.map((name) => aliasState(name, aliases, program)) };
}

async function status({ states }: AliasFile, { quiet }: AliasArguments, world: World): Promise<ExitCode> {
  let works = true;
  for (const state of states) {
    const runs = state.kind === 'ours' && (await world.files.exists(state.program));
    works &&= runs;
    if (!quiet) world.stdout.write(describeAlias(state, runs));
  }
  if (works && !quiet) world.stderr.write(limits);
  return works ? exitCodes.ok : exitCodes.failed;
}

/** An alias that somebody else made is overwritten only by those who say so. */
async function agree(states: readonly AliasState[], { yes }: AliasArguments, world: World): Promise<void> {
  for (const state of states) {
    if (state.kind !== 'foreign') continue;

    const is = `the alias "${state.name}" is there already, and runs: ${state.target}`;
    if (yes) world.stderr.write(`${is}\n  replaced; to have it back: incus alias remove "${state.name}", then incus alias add\n`);
    else if (!world.stdin.isTTY) throw new CliError(is, { hint: 'incus-safenet alias install --yes   # replaces it' });
    else if (!(await world.confirm(`${is}. Replace it?`))) throw new CliError('nothing was changed');
  }
}

async function change(file: AliasFile, changes: Record<string, string | null>, world: World): Promise<void> {
  const before = file.text ?? firstConfig;
  const after = withAliases(before, changes);
  await prove(before, after, changes);
  if (Object.keys(changes).length > 0 && after !== file.text) await world.files.replace(file.path, after, file.text);
}

/** Reads both texts as the native client will: nothing but the aliases in question may differ. */
async function prove(before: string, after: string, changes: Record<string, string | null>): Promise<void> {
  const [old, now] = [await decoded(before), await decoded(after)];
  const { ...expected } = old.aliases;
  for (const [name, target] of Object.entries(changes)) {
    if (target === null) delete expected[name];
    else expected[name] = target;
  }
  if (canonical({ ...old, aliases: expected }) !== canonical(now)) {
    throw new CliError('cannot change config.yml without changing more than the alias: do it by hand', {
      hint: Object.entries(changes)
        .map(([name, target]) => (target === null ? `incus alias remove "${name}"` : `incus alias add "${name}" "${target}"`))
        .join('\n        '),
    });
  }
}

async function decoded(text: string): Promise<ConfigFile> {
  return decodeYaml(await parseYaml(Buffer.from(text)), configFileShape);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
