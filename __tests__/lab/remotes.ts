import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pem } from '../remotes/far-side.js';
import { askFor } from './api.js';
import type { LabServer } from './servers.js';

/** A person elsewhere: a configuration folder with a remote `lab` that is the default one. */
export interface Person {
  /** Environment of programs that this person runs on a member. */
  env: { INCUS_CONF: string; INCUS_SAFENET_STATE_DIR: string };
  /** Replaces a file of the folder. */
  write(file: string, content: string): Promise<void>;
  /** The folder's config.yml with other fields of the remote. */
  configure(fields: Record<string, string>): Promise<void>;
}

export interface Rights {
  /** Which certificate of __tests__/remotes/certificates; `client` unless given. */
  certificate?: string;
  /** Restricted to these projects; absent: an administrator. */
  projects?: string[];
}

/** Makes somebody known to the servers of the lab, who reaches them over HTTPS only. */
export async function personOf(lab: LabServer, name: string, { certificate = 'client', projects }: Rights = {}): Promise<Person> {
  const address = await listen(lab);
  const der = new X509Certificate(pem(`${certificate}.crt`)).raw.toString('base64');
  await askFor(lab.socket('node1'), 'POST', '/1.0/certificates', {
    type: 'client',
    name,
    certificate: der,
    restricted: projects !== undefined,
    projects: projects ?? [],
  });
  return stranger(lab, name, certificate, address);
}

/** The same for somebody whom the servers do not know. */
export async function strangerOf(lab: LabServer, name: string, certificate: string): Promise<Person> {
  return stranger(lab, name, certificate, await listen(lab));
}

async function stranger(lab: LabServer, name: string, certificate: string, address: string): Promise<Person> {
  const folder = join(lab.folder, 'home', name);
  const person: Person = {
    env: { INCUS_CONF: folder, INCUS_SAFENET_STATE_DIR: join(folder, 'state') },
    async write(file, content) {
      await writeFile(join(folder, file), content);
    },
    async configure(fields) {
      const lines = Object.entries({ addr: `https://${address}`, ...fields }).map(([key, value]) => `    ${key}: ${value}\n`);
      await person.write('config.yml', `default-remote: lab\nremotes:\n  lab:\n${lines.join('')}`);
    },
  };
  await mkdir(join(folder, 'servercerts'), { recursive: true });
  await mkdir(join(folder, 'oidctokens'), { recursive: true });
  await person.write('client.crt', pem(`${certificate}.crt`));
  await person.write('client.key', pem(`${certificate}.key`));
  await person.write('servercerts/lab.crt', await serverCertificate(lab));
  await person.configure({});
  return person;
}

/** Members of a cluster listen already; a server of its own is told to. */
async function listen(lab: LabServer): Promise<string> {
  if ((await lab.address('node1')) === '') await askFor(lab.socket('node1'), 'PATCH', '/1.0', { config: { 'core.https_address': '127.0.0.1:8443' } });
  return lab.address('node1');
}

export async function serverCertificate(lab: LabServer): Promise<string> {
  const file = lab.members.length > 1 ? 'cluster.crt' : 'server.crt';
  return readFile(join(lab.folder, 'node1', 'incus', file), 'utf8');
}
