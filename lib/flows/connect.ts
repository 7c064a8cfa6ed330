import type { Surroundings } from '../facts/reading.js';
import { answerWithoutSecrets, withoutSecrets } from '../incus/secrets.js';
import type { ExchangeLog } from '../incus/server.js';
import { decodeYaml } from '../intent/yaml/decode.js';
import { parseYaml } from '../intent/yaml/parse.js';
import type { Config } from '../remotes/config.js';
import { readConfig } from '../remotes/config.js';
import { configFileShape } from '../remotes/config-file.js';
import type { Endpoint } from '../remotes/endpoint.js';
import type { World } from '../world.js';

/** What config.yml says about remotes. */
export function configOf({ env, files }: World): Promise<Config> {
  return readConfig(env, files, async (bytes) => decodeYaml(await parseYaml(bytes), configFileShape));
}

/** What the facts come from besides the server. */
export async function surroundings(endpoint: Endpoint, world: World): Promise<Surroundings> {
  const local = endpoint.address.kind === 'unix';
  const { entries } = await world.journal.read();
  return {
    remote: endpoint.remote,
    local,
    openTransactions: entries.map(({ id, startedAt, network, project, server }) => ({ id, startedAt, network, project, fingerprint: server.fingerprint })),
    host: local ? world.localHost : null,
  };
}

/** Characters of one answer. */
const MOST = 2_000;

/** With --debug, every request and answer on standard error, without the secrets in them. */
export function exchangeLogger({ debug }: { debug: boolean }, world: World): ((log: ExchangeLog) => void) | undefined {
  if (!debug) return undefined;
  return ({ method, path, body, answer, milliseconds }) => {
    const sent = body === undefined ? '' : ` ${JSON.stringify(withoutSecrets(body))}`;
    const said = 'failure' in answer ? answer.failure : `${answer.status} ${answerWithoutSecrets(answer.text)}`;
    const shown = said.length > MOST ? `${said.slice(0, MOST)} (and ${said.length - MOST} characters)` : said;
    world.stderr.write(`DEBUG ${method} ${path}${sent}\n      ${milliseconds.toFixed(0)} ms: ${shown}\n`);
  };
}
