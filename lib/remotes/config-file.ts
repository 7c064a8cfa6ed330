/** A remote in config.yml (shared/cliconfig/remote.go, 6.0.4 and 7.0); what the file leaves out is '', 0 or false. */
export interface ConfigFileRemote {
  /** Since 6.15 several addresses with commas between them. */
  addr: string;
  auth_type: string;
  /** Seconds that the native client keeps a helper process for this remote; of no use to us. */
  keepalive: number;
  last_working_address: string;
  project: string;
  protocol: string;
  public: boolean;
}

/** config.yml as it stands in the file. */
export interface ConfigFile {
  'default-remote': string;
  remotes: Record<string, ConfigFileRemote>;
  aliases: Record<string, string>;
}

const text = { kind: 'string' } as const;
const flag = { kind: 'boolean' } as const;

/** The Go types that the native client decodes config.yml into; intent/yaml/decode.ts reads by it. */
export const configFileShape = {
  kind: 'struct',
  goType: 'cliconfig.Config',
  fields: {
    'default-remote': text,
    remotes: {
      kind: 'map',
      goType: 'map[string]cliconfig.Remote',
      of: {
        kind: 'struct',
        goType: 'cliconfig.Remote',
        fields: {
          addr: text,
          auth_type: text,
          keepalive: { kind: 'int' },
          last_working_address: text,
          project: text,
          protocol: text,
          public: flag,
        },
      },
    },
    aliases: { kind: 'map', goType: 'map[string]string', of: text },
  },
} as const;

/** Reads a config.yml. Handed in, because the YAML of the native client is the business of intent/. */
export type ParseConfigFile = (bytes: Uint8Array) => Promise<ConfigFile>;
