import * as z from '../zod.js';

/*
 * Answers of the Incus API: lenient on keys we do not know, strict on those that safety hangs on.
 * Shapes: shared/api/*.go of Incus 6.0.4.
 */

/** `GET /1.0`. */
export const Server = z.object({
  api_extensions: z.array(z.string()),
  auth: z.string(),
  config: z.nullish(z.record(z.string(), z.coerce.string())),
  environment: z.optional(
    z.object({
      server: z.optional(z.string()),
      server_clustered: z.optional(z.boolean()),
      server_name: z.optional(z.string()),
      server_version: z.optional(z.string()),
      certificate_fingerprint: z.optional(z.string()),
      addresses: z.nullish(z.array(z.string())),
      project: z.optional(z.string()),
    }),
  ),
});
export type Server = z.infer<typeof Server>;

/** `GET /1.0/projects/<name>`. */
export const Project = z.object({
  name: z.string(),
  config: z.record(z.string(), z.string()),
  used_by: z.nullish(z.array(z.string())),
});
export type Project = z.infer<typeof Project>;

/** One element of `GET /1.0/cluster/members?recursion=1`. `status`: Online, Offline, Evacuated, Blocked. */
export const ClusterMember = z.object({
  server_name: z.string(),
  url: z.string(),
  status: z.string(),
  message: z.optional(z.string()),
});
export type ClusterMember = z.infer<typeof ClusterMember>;

/** `GET /1.0/networks/<name>`. `status` is empty for an interface that Incus does not manage. */
export const Network = z.object({
  name: z.string(),
  type: z.string(),
  managed: z.boolean(),
  status: z._default(z.string(), ''),
  description: z._default(z.string(), ''),
  config: z.pipe(z.nullish(z.record(z.string(), z.string())), z.transform((config) => config ?? {})),
  // The server keeps these in a map, so that their order changes from answer to answer (common.Locations, driver_common.go, 6.0.4).
  locations: z.pipe(z.nullish(z.array(z.string())), z.transform((locations) => (locations ?? []).toSorted())),
  used_by: z.pipe(z.nullish(z.array(z.string())), z.transform((usedBy) => (usedBy ?? []).toSorted())),
  project: z.optional(z.string()),
});
export type Network = z.infer<typeof Network>;

/** The body of `POST /1.0/networks`; keys and order as the native client sends them. */
export interface NetworksPost {
  config: Record<string, string>;
  description: string;
  name: string;
  type: string;
}

/** `GET /1.0/metadata/configuration`: entity -> group -> { keys: [{ <key>: {...} }] }. */
export const MetadataConfiguration = z.object({
  configs: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        keys: z.array(z.record(z.string(), z.object({ scope: z.optional(z.string()), type: z.optional(z.string()) }))),
      }),
    ),
  ),
});
export type MetadataConfiguration = z.infer<typeof MetadataConfiguration>;

/** `POST /internal/sql`. */
export const SqlResult = z.object({
  Results: z.array(
    z.object({
      type: z.enum(['select', 'exec']),
      columns: z.nullish(z.array(z.string())),
      rows: z.nullish(z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])))),
      rows_affected: z.nullish(z.number()),
    }),
  ),
});
export type SqlResult = z.infer<typeof SqlResult>;

/** An interface of a member's machine, as `/state` shows it (internal/server/resources/network.go, 6.0.4). */
export const InterfaceState = z.object({
  addresses: z.nullish(z.array(z.object({ address: z.string(), netmask: z.string() }))),
  hwaddr: z.string(),
  /** There where it is a bridge of the kernel. */
  bridge: z.unknown(),
});
export type InterfaceState = z.infer<typeof InterfaceState>;
