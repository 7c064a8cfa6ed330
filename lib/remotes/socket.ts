import path from 'node:path';
import type { RemoteSurroundings } from './surroundings.js';

export interface LocalSocket {
  socket: string;
  /** incus-user keeps everybody in a project of their own; null on any other socket. */
  project: string | null;
}

/** The socket that `unix:`, `unix://` or `unix:///path` means (ConnectIncusUnix in client/connection.go, 6.0.4). */
export async function unixSocket(address: string, { env, files, uid }: RemoteSurroundings): Promise<LocalSocket> {
  const named = address.replace(/^unix:/, '').replace(/^\/\//, '') || env.INCUS_SOCKET || '';
  if (named !== '') return { socket: named, project: null };

  const folder = env.INCUS_DIR || ((await files.exists('/run/incus/unix.socket')) ? '/run/incus' : '/var/lib/incus');
  const socket = path.join(folder, 'unix.socket');
  const userSocket = path.join(folder, 'unix.socket.user');
  if (!(await files.isWritable(socket)) && (await files.isWritable(userSocket))) {
    return { socket: userSocket, project: `user-${uid}` };
  }
  return { socket, project: null };
}
