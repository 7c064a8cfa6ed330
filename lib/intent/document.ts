import { CliError } from '../errors.js';
import type { CreateArguments } from './arguments.js';
import { stdinPairs } from './grammar.js';
import { decodeYaml } from './yaml/decode.js';
import type { Shape } from './yaml/decode.js';
import { parseYaml } from './yaml/parse.js';
import { scalarText } from './yaml/resolve.js';
import type { YamlDocument } from './yaml/node.js';

/** What standard input said about the network. */
export interface StandardInput {
  config: Record<string, string>;
  description: string;
  /** Top-level keys that a create does not use: `name`, `type`, `status`, … */
  droppedKeys: string[];
  /** The value for `key=-`; null where no argument asked for it. */
  value: string | null;
}

/** Standard input holds at most this many bytes; a caller need not read further. */
export const mostStandardInput = 1024 * 1024;

/** api.NetworkPut (shared/api/network.go, 6.0.4). */
const networkPut = {
  kind: 'struct',
  goType: 'api.NetworkPut',
  fields: {
    config: { kind: 'map', goType: 'map[string]string', of: { kind: 'string' } },
    description: { kind: 'string' },
  },
} as const satisfies Shape;

const nothing: StandardInput = { config: {}, description: '', droppedKeys: [], value: null };

/** Standard input as YAML, or as the value of the one `key=-`. Null: it is a terminal, and was not read. */
export async function readDocument({ pairs }: Pick<CreateArguments, 'pairs'>, bytes: Uint8Array | null): Promise<StandardInput> {
  if (bytes === null) return nothing;
  if (bytes.length > mostStandardInput) {
    throw new CliError(`standard input is larger than ${mostStandardInput / 1024 / 1024} MiB, which is no network's YAML`);
  }

  const wanted = stdinPairs(pairs);
  if (wanted > 1) throw new CliError('only one key=- can take its value from standard input');
  if (wanted === 1) return { ...nothing, value: Buffer.from(bytes).toString('utf8') };

  const document = await parseYaml(bytes);
  return { ...decodeYaml(document, networkPut), droppedKeys: droppedKeys(document), value: null };
}

function droppedKeys({ root }: YamlDocument): string[] {
  if (root?.kind !== 'map') return [];

  const names = root.entries.flatMap(([key]) => (key.kind === 'scalar' ? [scalarText(key)] : []));
  return [...new Set(names)].filter((name) => !['config', 'description', '<<'].includes(name));
}
