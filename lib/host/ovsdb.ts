import { statSync } from 'node:fs';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import * as z from '../zod.js';
import { causeText, errorCode } from '../errors.js';
import type { Fact } from '../facts/facts.js';
import { absent, broken, known, unreadable } from '../facts/facts.js';
import type { OvsSettings } from '../facts/reading.js';
import { evidence } from '../words/evidence.js';

const says = evidence.databases;

/** Milliseconds for one exchange on a local socket. */
const TIMEOUT = 2_000;

const Reply = z.object({ result: z.array(z.string()) });

/**
 * Databases of the OVSDB server at `connection`, by the `list_dbs` request of RFC 7047, section 4.1.1.
 * Only `unix:<path>` is asked: other kinds need keys that belong to the server.
 */
export async function listOvsdb(connection: string): Promise<Fact<string[]>> {
  const path = /^unix:(.+)$/.exec(connection)?.[1];
  if (path === undefined) return unreadable(says.notLocal(connection));

  try {
    return known(Reply.parse(await exchange(path, { method: 'list_dbs', params: [], id: 'incus-safenet' })).result);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return absent(says.noSocket(path));
    if (code === 'ECONNREFUSED') return broken(says.refused(path));
    // Something holds the socket and says nothing; the server would wait for it far longer.
    if (error instanceof SilenceError) return broken(error.message);

    return unreadable(causeText(error));
  }
}

const Pairs = z.tuple([z.literal('map'), z.array(z.tuple([z.string(), z.string()]))]);
const ExternalIds = z.object({
  result: z.tuple([z.object({ rows: z.array(z.object({ external_ids: Pairs })) })]),
});

/** What Open vSwitch was told about OVN: one `select` on its own table (RFC 7047, section 5.2.2). */
export async function readOpenVSwitch(connection: string): Promise<Fact<OvsSettings>> {
  const path = /^unix:(.+)$/.exec(connection)?.[1];
  if (path === undefined) return unreadable(says.notLocal(connection));

  try {
    const select = { op: 'select', table: 'Open_vSwitch', where: [], columns: ['external_ids'] };
    const reply = ExternalIds.parse(await exchange(path, { method: 'transact', params: ['Open_vSwitch', select], id: 'incus-safenet' }));
    const ids = Object.fromEntries(reply.result[0].rows[0]?.external_ids[1] ?? []);
    const encapIp = ids['ovn-encap-ip'] ?? '';
    return known({ encapIp, isEncapIpHere: ownAddresses().includes(encapIp), remote: ids['ovn-remote'] ?? '' });
  } catch (error) {
    return unreadable(causeText(error));
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}

class SilenceError extends Error {}

/** Sends one JSON-RPC request and resolves to the first whole answer. */
async function exchange(path: string, request: object): Promise<unknown> {
  // Most servers have no Open vSwitch, and a connection that fails costs a millisecond more than this.
  statSync(path);
  return new Promise((resolve, reject) => {
    const socket = net.createConnection(path);
    let text = '';
    socket.setTimeout(TIMEOUT, () => socket.destroy(new SilenceError(says.silent(path, TIMEOUT / 1000))));
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(JSON.stringify(request)));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const answer = wholeJson(text);
      if (answer === undefined) return;
      resolve(answer);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(says.closed(path))));
  });
}

function wholeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not all of it has arrived
  }
}

/** Whether the kernel here has a Linux bridge of that name. */
export async function isLinuxBridge(name: string): Promise<boolean> {
  return statSync(`/sys/class/net/${name}/bridge`, { throwIfNoEntry: false }) !== undefined;
}
