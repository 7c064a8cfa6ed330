import * as z from 'zod';

/*
 * Answers of the Incus API: lenient on keys we do not know, strict on those that safety hangs on.
 * Shapes: shared/api/*.go of Incus 6.0.4.
 */

/** `GET /1.0`. */
export const Server = z.object({
  api_extensions: z.array(z.string()),
  auth: z.string(),
  config: z.record(z.string(), z.coerce.string()).nullish(),
  environment: z
    .object({
      server: z.string().optional(),
      server_clustered: z.boolean().optional(),
      server_name: z.string().optional(),
      server_version: z.string().optional(),
      certificate_fingerprint: z.string().optional(),
      addresses: z.array(z.string()).nullish(),
      project: z.string().optional(),
    })
    .optional(),
});
export type Server = z.infer<typeof Server>;

/** `GET /1.0/projects/<name>`. */
export const Project = z.object({
  name: z.string(),
  config: z.record(z.string(), z.string()),
  used_by: z.array(z.string()).nullish(),
});
export type Project = z.infer<typeof Project>;

/** One element of `GET /1.0/cluster/members?recursion=1`. `status`: Online, Offline, Evacuated, Blocked. */
export const ClusterMember = z.object({
  server_name: z.string(),
  url: z.string(),
  status: z.string(),
  message: z.string().optional(),
});
export type ClusterMember = z.infer<typeof ClusterMember>;

/** `GET /1.0/networks/<name>`. `status` is empty for an interface that Incus does not manage. */
export const Network = z.object({
  name: z.string(),
  type: z.string(),
  managed: z.boolean(),
  status: z.string().default(''),
  description: z.string().default(''),
  config: z
    .record(z.string(), z.string())
    .nullish()
    .transform((config) => config ?? {}),
  // The server keeps these in a map, so that their order changes from answer to answer (common.Locations, driver_common.go, 6.0.4).
  locations: z
    .array(z.string())
    .nullish()
    .transform((locations) => (locations ?? []).toSorted()),
  used_by: z
    .array(z.string())
    .nullish()
    .transform((usedBy) => (usedBy ?? []).toSorted()),
  project: z.string().optional(),
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
        keys: z.array(z.record(z.string(), z.object({ scope: z.string().optional(), type: z.string().optional() }))),
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
      columns: z.array(z.string()).nullish(),
      rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))).nullish(),
      rows_affected: z.number().nullish(),
    }),
  ),
});
export type SqlResult = z.infer<typeof SqlResult>;
