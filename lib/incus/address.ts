/** Where a server listens, and what a connection to it needs; the subset of remotes/endpoint.ts that is spoken of here. */
export type Address = UnixAddress | HttpsAddress;

export interface UnixAddress {
  kind: 'unix';
  socket: string;
}

export interface HttpsAddress {
  kind: 'https';
  /** The remote's name, for messages. */
  remote: string;
  /** Tried in this order until one is connected; `https://host[:port]`. */
  urls: string[];
  /** PEM. The pinned server certificate. */
  serverCertificate?: string;
  /** Commands that accept another server certificate; absent where that is not the user's to do. */
  acceptance?: string;
  /** PEM. PKI mode: trusted instead of the system's authorities. */
  ca?: string;
  /** PEM. The system's authorities; absent: those that Node brings along. */
  systemTrust?: string;
  clientCertificate?: string;
  clientKey?: string;
  /** OIDC access token, empty where there is none yet; absent on remotes without OIDC. */
  bearer?: string;
  proxies?: ProxySettings;
  /** INCUS_INSECURE_TLS: TLS 1.2 is good enough. */
  allowsTls12?: boolean;
}

/** The proxies of the environment, as they stand there. */
export interface ProxySettings {
  https: string;
  http: string;
  /** NO_PROXY. */
  none: string;
}
