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
  /** Tried in this order; more than one where the remote lists several. */
  urls: string[];
  /** PEM. The pinned server certificate; absent: the system's trust. */
  serverCertificate?: string;
  /** PEM. PKI mode. */
  ca?: string;
  clientCertificate?: string;
  clientKey?: string;
  /** OIDC access token. */
  bearer?: string;
}
