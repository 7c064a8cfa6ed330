import type { NetworksPost } from '../incus/schemas.js';

/** One request that changes the server. */
export interface Step {
  kind: 'define-pending-on-member' | 'create-network';
  /** The member of a `define-pending-on-member`. */
  member?: string;
  request: {
    method: 'POST';
    /** With the query, e.g. `/1.0/networks?project=test&target=node1`. */
    path: string;
    body: NetworksPost;
  };
}

/** The steps in order; all or nothing. */
export interface Plan {
  steps: Step[];
}
