import type { ProjectSource } from '../intent/intent.js';

/** One Incus server, and the project to work in there. */
export interface Endpoint {
  /** The remote's name in config.yml. */
  remote: string;
  address: UnixAddress | HttpsAddress;
  project: string;
  projectFrom: ProjectSource;
}

export interface UnixAddress {
  kind: 'unix';
  socket: string;
}

export interface HttpsAddress {
  kind: 'https';
  /** The remote's name, for messages. */
  remote: string;
  /** Tried in this order until one is connected; more than one where the remote lists several. */
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
  /** PEM, not protected by a password. */
  clientKey?: string;
  /** OIDC access token, empty where there is none yet; absent on remotes without OIDC. */
  bearer?: string;
  /** Where the native client keeps the OIDC tokens. */
  tokenFile?: string;
  /** Proxies of the environment. */
  proxies?: { https: string; http: string; none: string };
  /** INCUS_INSECURE_TLS: TLS 1.2 is good enough. */
  allowsTls12?: boolean;
}
