import type { ConfigFile } from '../../lib/remotes/config-file.js';
import { configFileShape } from '../../lib/remotes/config-file.js';
import { readConfig } from '../../lib/remotes/config.js';
import type { Config } from '../../lib/remotes/config.js';
import type { RemoteSurroundings } from '../../lib/remotes/surroundings.js';
import { decodeYaml } from '../../lib/intent/yaml/decode.js';
import { parseYaml } from '../../lib/intent/yaml/parse.js';

/** A machine as remotes/ sees it: files by path (an Error: reading it fails), which of them are writable, and the environment. */
export interface MachineSpec {
  files?: Record<string, string | Error>;
  writable?: readonly string[];
  env?: Record<string, string>;
  /** What the person on the terminal answers to the question for a password; absent: there is no terminal. */
  password?: (question: string) => string;
}

export function machine({ files = {}, writable = [], env = {}, password }: MachineSpec): RemoteSurroundings {
  const exists = async (path: string) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`));
  return {
    env: { HOME: '/home/ann', ...env },
    uid: 1000,
    stdin: { isTTY: password !== undefined },
    password: async (question) => {
      if (password === undefined) throw new Error(`nobody planned to be asked: ${question}`);
      return password(question);
    },
    files: {
      async read(path) {
        const content = files[path];
        if (content instanceof Error) throw content;
        return content ?? null;
      },
      exists,
      isWritable: async (path) => writable.includes(path),
    },
  };
}

const parse = async (bytes: Uint8Array): Promise<ConfigFile> => decodeYaml(await parseYaml(bytes), configFileShape);

export function configOf({ env, files }: RemoteSurroundings): Promise<Config> {
  return readConfig(env, files, parse);
}

export const configFile = '/home/ann/.config/incus/config.yml';

/** The smallest config.yml with these remotes, each as the lines below its name. */
export function remotesYaml(remotes: Record<string, string>, rest = ''): string {
  const entries = Object.entries(remotes).map(([name, fields]) => `  ${name}: {${fields}}\n`);
  return `${rest}remotes:\n${entries.join('')}`;
}
