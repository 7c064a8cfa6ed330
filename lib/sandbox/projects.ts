import { ApiError, badRequest, done, failure, notFound, resourceUrl, textOf, wrapped } from './answers.js';
import type { Answer } from './answers.js';
import type { Row } from './database.js';
import { isTrue } from './drivers.js';
import type { State } from './state.js';
import type { Body } from './body.js';

/*
 * `/1.0/projects` (cmd/incusd/api_project.go, 6.0.4).
 */

export interface Project {
  id: number;
  name: string;
  description: string;
  config: Record<string, string>;
}

const enabledByDefault = [
  'features.images',
  'features.profiles',
  'features.storage.volumes',
  'features.storage.buckets',
];
const features = [...enabledByDefault, 'features.networks', 'features.networks.zones'];
const groups = ['backups.', 'features.', 'images.', 'limits.', 'restricted', 'user.'];

export function requireProject(state: State, name: string): Project {
  const row = state.db.row('SELECT id, name, description FROM projects WHERE name = ?', [name]);
  if (row == null) throw notFound('Project not found');
  return withConfig(state, row);
}

function withConfig(state: State, row: Row): Project {
  const config = state.db.rows('SELECT key, value FROM projects_config WHERE project_id = ? ORDER BY key', [
    row.id ?? 0,
  ]);
  return {
    id: Number(row.id),
    name: String(row.name),
    description: String(row.description),
    config: Object.fromEntries(config.map(({ key, value }) => [String(key), String(value)])),
  };
}

/**
 * The project in which a network of this project lives: itself with features.networks, else `default`
 * (NetworkProject in internal/server/project/project.go, 6.0.4).
 */
export function networkProject(state: State, name: string): { effective: string; project: Project } {
  try {
    const project = requireProject(state, name);
    return { effective: isTrue(project.config['features.networks']) ? project.name : 'default', project };
  } catch (error) {
    throw wrapped(`Failed to load project "${name}"`, error);
  }
}

/** Whether a restricted project may see the network (NetworkAllowed, the same file). */
export function networkAllowed(project: Project, network: string, managed: boolean): boolean {
  const { config } = project;
  if (!isTrue(config.restricted)) return true;
  const nic = config['restricted.devices.nic'] ?? '';
  if (nic === 'block' || (nic !== 'allow' && !managed)) return false;

  const access = config['restricted.networks.access'] ?? '';
  return access === '' || splitList(access).includes(network);
}

export const splitList = (list: string) => list.split(',').map((part) => part.trim());

export function getProjects(state: State, recursion: boolean): Answer {
  const projects = state.db
    .rows('SELECT id, name, description FROM projects ORDER BY name')
    .map((row) => withConfig(state, row));
  return {
    metadata: recursion
      ? projects.map((project) => show(state, project))
      : projects.map(({ name }) => resourceUrl('projects', name)),
  };
}

export function getProject(state: State, name: string): Answer {
  return { metadata: show(state, requireProject(state, name)) };
}

const show = (state: State, project: Project) => ({
  config: project.config,
  description: project.description,
  name: project.name,
  used_by: usedBy(state, project),
});

/** Networks of every kind, hidden ones too: the rows are listed, nothing is loaded. */
function usedBy(state: State, { id, name }: Project): string[] {
  return ['instances', 'networks', 'networks_acls', 'networks_zones', 'profiles'].flatMap((table) =>
    state.db
      .rows(`SELECT name FROM ${table} WHERE project_id = ? ORDER BY id`, [id])
      .map((row) => resourceUrl(table.replace('networks_', 'network-'), String(row.name), name)),
  );
}

const isEmpty = (state: State, project: Project) =>
  usedBy(state, project).every((entry) => entry === resourceUrl('profiles', 'default', project.name));

export function createProject(state: State, body: Body): Answer {
  const name = body.text('name');
  validateName(name);
  const config = { ...Object.fromEntries(enabledByDefault.map((key) => [key, 'true'])), ...body.config() };
  validateConfig(config);
  if (state.version === '7.0.2' && isTrue(config['features.networks']) && state.self.ovs !== 'ovn') {
    throw badRequest('OVN is required for projects with "features.networks" enabled');
  }

  try {
    state.db.transaction(() => {
      const id = insertProject(state, name, body.text('description'));
      insertConfig(state, id, config);
      if (isTrue(config['features.profiles'])) {
        state.db.run('INSERT INTO profiles (name, description, project_id) VALUES (?, ?, ?)', [
          'default',
          `Default Incus profile for project ${name}`,
          id,
        ]);
      }
    });
  } catch (error) {
    throw wrapped(`Failed creating project "${name}"`, error);
  }
  return { metadata: null, location: resourceUrl('projects', name) };
}

function insertProject(state: State, name: string, description: string): number {
  try {
    return state.db.insert('INSERT INTO projects (name, description) VALUES (?, ?)', [name, description]);
  } catch (error) {
    throw failure(`Failed adding database record: Failed to create "projects" entry: ${textOf(error)}`);
  }
}

function insertConfig(state: State, id: number, config: Record<string, string>): void {
  for (const [key, value] of Object.entries(config)) {
    if (value !== '')
      state.db.run('INSERT INTO projects_config (project_id, key, value) VALUES (?, ?, ?)', [id, key, value]);
  }
}

function validateName(name: string): void {
  if (name === '') throw badRequest('No name provided');
  const forbidden: [string, string][] = [
    ['/', 'slashes'],
    [' ', 'spaces'],
    ['_', 'underscores'],
    [`'`, 'quotes'],
    ['"', 'quotes'],
  ];
  const found = forbidden.find(([character]) => name.includes(character));
  if (found != null) throw badRequest(`Project names may not contain ${found[1]}`);
  if (name === '*') throw badRequest('Reserved project name');
  if (name === '.' || name === '..') throw badRequest(`Invalid project name "${name}"`);
}

function validateConfig(config: Record<string, string>): void {
  for (const [key, value] of Object.entries(config)) {
    if (!groups.some((group) => key.startsWith(group))) throw badRequest(`Invalid project configuration key "${key}"`);
    const isSwitch = features.includes(key) || key === 'restricted';
    if (isSwitch && value !== '' && !/^(true|false|yes|no|1|0|on|off)$/i.test(value)) {
      throw badRequest(`Invalid project configuration key "${key}" value: Invalid value for a boolean "${value}"`);
    }
  }
  if (isTrue(config.restricted) && config['features.profiles'] != null && !isTrue(config['features.profiles'])) {
    throw badRequest('Projects without their own profiles cannot be restricted');
  }
}

/** PUT replaces the configuration; so does PATCH in 6.0.4, unless the body has none. */
export function changeProject(state: State, name: string, body: Body, keep: boolean): Answer {
  const project = requireProject(state, name);
  const config = keep && !body.has('config') ? project.config : body.config();
  const keys = new Set([...Object.keys(project.config), ...Object.keys(config)]);
  const changed = features.filter((key) => keys.has(key) && project.config[key] !== config[key]);

  if (changed.length > 0 && name === 'default')
    throw badRequest(`You can't change the features of the default project`);
  if (!isEmpty(state, project)) changed.forEach((key) => refuseOnNonEmpty(project, key));
  validateConfig(config);

  state.db.transaction(() => {
    state.db.run('UPDATE projects SET description = ? WHERE id = ?', [
      body.has('description') || !keep ? body.text('description') : project.description,
      project.id,
    ]);
    state.db.run('DELETE FROM projects_config WHERE project_id = ?', [project.id]);
    insertConfig(state, project.id, config);
  });
  return done;
}

function refuseOnNonEmpty(project: Project, key: string): void {
  const current = project.config[key] ?? '';
  if (isTrue(current)) throw badRequest(`Project feature "${key}" cannot be disabled on non-empty projects`);
  if (current !== '' && key !== 'features.networks.zones')
    throw badRequest(`Project feature "${key}" cannot be enabled on non-empty projects`);
}

export function deleteProject(state: State, name: string): Answer {
  if (name === 'default') throw new ApiError(403, `The 'default' project cannot be deleted`);

  const project = fetchProject(state, name);
  if (!isEmpty(state, project)) throw failure('Only empty projects can be removed.');
  state.db.run('DELETE FROM projects WHERE id = ?', [project.id]);
  return done;
}

function fetchProject(state: State, name: string): Project {
  try {
    return requireProject(state, name);
  } catch (error) {
    throw wrapped(`Fetch project "${name}"`, error);
  }
}
