import { X509Certificate } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '../helpers/run.js';
import type { ApiAnswer } from '../helpers/target.js';
import { pem } from '../remotes/far-side.js';
import { askFor } from './api.js';
import type { LabServer } from './servers.js';

/*
 * Everybody who may ask an Incus something: as whom, and what has to be said to the server before. The table that
 * they fill is docs/internals/roles.json.
 */

/** One request of a role. */
export interface Question {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
}

/** Somebody who asks. */
export interface Role {
  name: string;
  /** The projects of which it is asked, its own first; restricted roles have no rights in `other`. */
  projects: string[];
  /** Makes the server know this role; answers how to undo that. */
  enter(lab: LabServer): Promise<Asker>;
}

export interface Asker {
  ask(questions: Question[]): Promise<ApiAnswer[]>;
  leave(): Promise<void>;
}

const program = fileURLToPath(new URL('asker.mjs', import.meta.url));
const providerProgram = fileURLToPath(new URL('../remotes/provider.mjs', import.meta.url));
/** nobody, whom incus-user gives a project of his own. */
const uid = 65534;

/** The role with which the others are compared. */
export const administrator = 'administrator on the socket';
const usual = ['own', 'default', 'other'];

const nothingToUndo = async (): Promise<void> => undefined;

function asker(lab: LabServer, way: Record<string, string>, before: string[] = [], leave = nothingToUndo): Asker {
  return {
    leave,
    async ask(requests) {
      const { status, stdout, stderr } = await lab.exec('node1', [...before, process.execPath, program], { stdin: JSON.stringify({ ...way, requests }), env: { NODE_NO_WARNINGS: '1' } });
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as ApiAnswer[];
    },
  };
}

async function overHttps(lab: LabServer): Promise<{ url: string }> {
  if ((await lab.address('node1')) === '') await askFor(lab.socket('node1'), 'PATCH', '/1.0', { config: { 'core.https_address': '127.0.0.1:8443' } });
  return { url: `https://${await lab.address('node1')}` };
}

interface Trust {
  certificate: string;
  type?: 'client' | 'metrics';
  projects?: string[];
}

/** Somebody with a certificate that the server knows. */
async function withCertificate(lab: LabServer, { certificate, type = 'client', projects }: Trust): Promise<Asker> {
  const url = await overHttps(lab);
  const { raw, fingerprint256 } = new X509Certificate(pem(`${certificate}.crt`));
  const body = { type, name: certificate, certificate: raw.toString('base64'), restricted: projects !== undefined, projects: projects ?? [] };
  await askFor(lab.socket('node1'), 'POST', '/1.0/certificates', body);
  const fingerprint = fingerprint256.replaceAll(':', '').toLowerCase();
  const leave = async (): Promise<void> => void (await askFor(lab.socket('node1'), 'DELETE', `/1.0/certificates/${fingerprint}`));
  return asker(lab, { ...url, cert: pem(`${certificate}.crt`), key: pem(`${certificate}.key`) }, [], leave);
}

const restrictedTo = (name: string, project: string): Role => ({
  name: `TLS certificate restricted to ${name}`,
  projects: [...new Set([project, 'default', 'other'])],
  enter: (lab) => withCertificate(lab, { certificate: 'stranger', projects: [project] }),
});

/** An administrator's certificate, of which a scriptlet decides what it may. */
function underScriptlet(name: string, condition: string): Role {
  return {
    name: `TLS certificate under a scriptlet that ${name}`,
    projects: usual,
    async enter(lab) {
      const { ask, leave } = await withCertificate(lab, { certificate: 'client' });
      await configure(lab, { 'authorization.scriptlet': `def authorize(details, object, entitlement):\n  return ${condition}\n` });
      await routeTo(lab, 'scriptlet');
      return {
        ask,
        async leave() {
          await routeTo(lab, '');
          await configure(lab, { 'authorization.scriptlet': '' });
          await leave();
        },
      };
    },
  };
}

const configure = (lab: LabServer, config: Record<string, string>): Promise<unknown> => askFor(lab.socket('node1'), 'PATCH', '/1.0', { config });

/** Newer servers run a scriptlet only for the clients that are routed to it; older ones for all, and do not know the key. */
async function routeTo(lab: LabServer, route: string): Promise<void> {
  const { body } = await lab.request('PATCH', '/1.0', { config: { 'authorization.client.tls': route } });
  if (body.type === 'error' && !/unknown key/i.test(body.error)) throw new Error(body.error);
}

async function throughIncusUser(lab: LabServer): Promise<Asker> {
  const folder = dirname(lab.socket('node1'));
  for (const outer of [folder, dirname(folder), lab.folder]) chmodSync(outer, 0o755);
  await lab.exec('node1', ['bash', '-c', 'setsid incus-user --group nogroup </dev/null >/dev/null 2>&1 &']);
  const user = asker(lab, { socketPath: `${folder}/unix.socket.user` }, ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']);
  await eventually('the project of incus-user', async () => {
    const [answer] = await user.ask([{ method: 'GET', path: `/1.0/projects/user-${uid}` }]).catch(() => []);
    return answer?.status === 200;
  });
  return user;
}

async function withLogin(lab: LabServer): Promise<Asker> {
  const url = await overHttps(lab);
  const running = lab.spawn([process.execPath, providerProgram, '127.0.0.1', '9555']);
  const [line] = (await once(running.stdout as NonNullable<typeof running.stdout>, 'data')) as [Buffer];
  const issuer = line.toString().trim();
  await configure(lab, { 'oidc.issuer': issuer, 'oidc.client.id': 'incus' });
  const script = `console.log(await (await fetch('${issuer}/test/login', { method: 'POST' })).text())`;
  const { stdout } = await lab.exec('node1', [process.execPath, '--input-type=module', '-e', script]);
  const { access_token: token } = JSON.parse(stdout) as { access_token: string };
  return asker(lab, { ...url, token }, [], async () => {
    await configure(lab, { 'oidc.issuer': '', 'oidc.client.id': '' });
    running.kill();
  });
}

/** Who asks, in the order of the table. */
export const roles: Role[] = [
  { name: administrator, projects: ['own', 'default', 'other', 'shared', 'fenced'], enter: async (lab) => asker(lab, { socketPath: lab.socket('node1') }) },
  { name: 'TLS certificate', projects: usual, enter: (lab) => withCertificate(lab, { certificate: 'client' }) },
  restrictedTo('a project with networks of its own', 'own'),
  restrictedTo('a project that shares the networks of default', 'shared'),
  restrictedTo('a restricted project that shares one network of default', 'fenced'),
  restrictedTo('default', 'default'),
  { name: 'incus-user', projects: [`user-${uid}`, 'default', 'other'], enter: throughIncusUser },
  { name: 'OIDC', projects: usual, enter: withLogin },
  underScriptlet('denies can_view_resources', 'entitlement != "can_view_resources"'),
  underScriptlet('allows to view only', 'entitlement.startswith("can_view")'),
  underScriptlet('allows one project only', 'object == "project:own" or ":own/" in object or object.startswith("server:") and entitlement == "can_view"'),
  { name: 'metrics certificate', projects: usual, enter: (lab) => withCertificate(lab, { certificate: 'other', type: 'metrics' }) },
  { name: 'certificate that the server does not know', projects: usual, enter: async (lab) => asker(lab, { ...(await overHttps(lab)), cert: pem('elsewhere.crt'), key: pem('elsewhere.key') }) },
];
