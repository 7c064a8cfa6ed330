/*
 * Tables of the global database, as far as networks and projects touch them. Names, keys and cascades as in
 * internal/server/db/cluster/schema.go of Incus 6.0.4 (schema version 73): statements that work here work there.
 */

const id = 'id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL';
const to = (column: string, table: string) => `FOREIGN KEY (${column}) REFERENCES "${table}" (id) ON DELETE CASCADE`;
const table = (name: string, ...lines: string[]) => `CREATE TABLE "${name}" (\n    ${lines.join(',\n    ')}\n);\n`;
const config = (name: string, column: string, parent: string) =>
  table(
    name,
    id,
    `${column} INTEGER NOT NULL`,
    'key TEXT NOT NULL',
    'value TEXT NOT NULL',
    `UNIQUE (${column}, key)`,
    to(column, parent),
  );

export const schemaVersion = 73;
export const apiExtensionCount = 450;

const projects =
  table('projects', id, 'name TEXT NOT NULL', 'description TEXT NOT NULL', 'UNIQUE (name)') +
  config('projects_config', 'project_id', 'projects');

const members =
  table(
    'nodes',
    id,
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'address TEXT NOT NULL',
    'schema INTEGER NOT NULL',
    'api_extensions INTEGER NOT NULL',
    'heartbeat DATETIME DEFAULT CURRENT_TIMESTAMP',
    'state INTEGER NOT NULL DEFAULT 0',
    'arch INTEGER NOT NULL DEFAULT 0 CHECK (arch > 0)',
    'failure_domain_id INTEGER DEFAULT NULL',
    'UNIQUE (name)',
    'UNIQUE (address)',
  ) + config('nodes_config', 'node_id', 'nodes');

const networks =
  table(
    'networks',
    id,
    'project_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'state INTEGER NOT NULL DEFAULT 0',
    'type INTEGER NOT NULL DEFAULT 0',
    'UNIQUE (project_id, name)',
    to('project_id', 'projects'),
  ) +
  table(
    'networks_nodes',
    id,
    'network_id INTEGER NOT NULL',
    'node_id INTEGER NOT NULL',
    'state INTEGER NOT NULL DEFAULT 0',
    'UNIQUE (network_id, node_id)',
    to('network_id', 'networks'),
    to('node_id', 'nodes'),
  ) +
  table(
    'networks_config',
    id,
    'network_id INTEGER NOT NULL',
    'node_id INTEGER',
    'key TEXT NOT NULL',
    'value TEXT NOT NULL',
    'UNIQUE (network_id, node_id, key)',
    to('network_id', 'networks'),
    to('node_id', 'nodes'),
  ) +
  'CREATE UNIQUE INDEX networks_unique_network_id_node_id_key ON "networks_config" (network_id, IFNULL(node_id, -1), key);\n';

const listener = [
  'network_id INTEGER NOT NULL',
  'node_id INTEGER',
  'listen_address TEXT NOT NULL',
  'description TEXT NOT NULL',
];
const dependants =
  table(
    'networks_forwards',
    id,
    ...listener,
    'ports TEXT NOT NULL',
    'UNIQUE (network_id, node_id, listen_address)',
    to('network_id', 'networks'),
    to('node_id', 'nodes'),
  ) +
  config('networks_forwards_config', 'network_forward_id', 'networks_forwards') +
  table(
    'networks_load_balancers',
    id,
    ...listener,
    'backends TEXT NOT NULL',
    'ports TEXT NOT NULL',
    'UNIQUE (network_id, node_id, listen_address)',
    to('network_id', 'networks'),
    to('node_id', 'nodes'),
  ) +
  config('networks_load_balancers_config', 'network_load_balancer_id', 'networks_load_balancers') +
  table(
    'networks_peers',
    id,
    'network_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'target_network_project TEXT NULL',
    'target_network_name TEXT NULL',
    'target_network_id INTEGER NULL',
    'type INTEGER NOT NULL DEFAULT 0',
    'target_network_integration_id INTEGER DEFAULT NULL',
    'UNIQUE (network_id, name)',
    'UNIQUE (network_id, target_network_project, target_network_name)',
    'UNIQUE (network_id, target_network_id)',
    to('network_id', 'networks'),
  ) +
  config('networks_peers_config', 'network_peer_id', 'networks_peers') +
  table(
    'networks_acls',
    id,
    'project_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'ingress TEXT NOT NULL',
    'egress TEXT NOT NULL',
    'UNIQUE (project_id, name)',
    to('project_id', 'projects'),
  ) +
  table(
    'networks_zones',
    id,
    'project_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'UNIQUE (name)',
    to('project_id', 'projects'),
  );

const users =
  table(
    'profiles',
    id,
    'name TEXT NOT NULL',
    'description TEXT NOT NULL',
    'project_id INTEGER NOT NULL',
    'UNIQUE (project_id, name)',
    to('project_id', 'projects'),
  ) +
  config('profiles_config', 'profile_id', 'profiles') +
  table(
    'profiles_devices',
    id,
    'profile_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'type INTEGER NOT NULL DEFAULT 0',
    'UNIQUE (profile_id, name)',
    to('profile_id', 'profiles'),
  ) +
  config('profiles_devices_config', 'profile_device_id', 'profiles_devices') +
  table(
    'instances',
    id,
    'node_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'architecture INTEGER NOT NULL',
    'type INTEGER NOT NULL',
    'ephemeral INTEGER NOT NULL DEFAULT 0',
    'creation_date DATETIME NOT NULL DEFAULT 0',
    'stateful INTEGER NOT NULL DEFAULT 0',
    'last_use_date DATETIME',
    'description TEXT NOT NULL',
    'project_id INTEGER NOT NULL',
    'expiry_date DATETIME',
    'UNIQUE (project_id, name)',
    to('node_id', 'nodes'),
    to('project_id', 'projects'),
  ) +
  table(
    'instances_devices',
    id,
    'instance_id INTEGER NOT NULL',
    'name TEXT NOT NULL',
    'type INTEGER NOT NULL DEFAULT 0',
    'UNIQUE (instance_id, name)',
    to('instance_id', 'instances'),
  ) +
  config('instances_devices_config', 'instance_device_id', 'instances_devices');

const rest =
  table('config', id, 'key TEXT NOT NULL', 'value TEXT', 'UNIQUE (key)') +
  table(
    'warnings',
    id,
    'node_id INTEGER',
    'project_id INTEGER',
    'entity_type_code INTEGER',
    'entity_id INTEGER',
    'uuid TEXT NOT NULL',
    'type_code INTEGER NOT NULL',
    'status INTEGER NOT NULL',
    'first_seen_date DATETIME NOT NULL',
    'last_seen_date DATETIME NOT NULL',
    'updated_date DATETIME',
    'last_message TEXT NOT NULL',
    'count INTEGER NOT NULL',
    'UNIQUE (uuid)',
    to('node_id', 'nodes'),
    to('project_id', 'projects'),
  );

const features = ['storage.volumes', 'storage.buckets', 'networks', 'networks.zones', 'images', 'profiles'];
const firstRows =
  `INSERT INTO schema (version, updated_at) VALUES (${schemaVersion}, strftime('%s'));\n` +
  `INSERT INTO projects (name, description) VALUES ('default', 'Default Incus project');\n` +
  features
    .map((name) => `INSERT INTO projects_config (project_id, key, value) VALUES (1, 'features.${name}', 'true');\n`)
    .join('') +
  `INSERT INTO profiles (name, description, project_id) VALUES ('default', 'Default Incus profile', 1);\n`;

/** The empty database of a new server, but for its members. */
export const schema =
  table('schema', id, 'version INTEGER NOT NULL', 'updated_at DATETIME NOT NULL', 'UNIQUE (version)') +
  projects +
  members +
  networks +
  dependants +
  users +
  rest +
  firstRows;
