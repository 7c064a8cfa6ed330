import { Pool } from 'undici';
import type { CliError } from '../errors.js';
import { UnreachableError, errorCode } from '../errors.js';
import type { UnixAddress } from './address.js';
import { CONNECT_TIMEOUT } from './dial.js';
import { BODY_TIMEOUT, CONNECTIONS, exchangeOver, withoutAnswer } from './exchange.js';
import type { Exchange, Transport } from './transport.js';

export function unixTransport({ socket }: UnixAddress, userAgent: string): Transport {
  const pool = new Pool('http://unix.socket', {
    connect: { socketPath: socket, timeout: CONNECT_TIMEOUT },
    connections: CONNECTIONS,
    bodyTimeout: BODY_TIMEOUT,
  });

  return {
    async send(exchange) {
      try {
        const { status, text } = await exchangeOver(pool, exchange, { 'user-agent': userAgent });
        return { status, text };
      } catch (error) {
        throw translate(error, exchange.method, socket);
      }
    },
    async close() {
      await pool.destroy();
    },
  };
}

/** Undici's and the system's error codes, told apart by the one thing that matters: was the request sent? */
function translate(error: unknown, method: Exchange['method'], where: string): CliError {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') {
    return new UnreachableError(`The incus daemon doesn't appear to be started (socket path: ${where})`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UnreachableError(`You don't have the needed permissions to talk to the incus daemon (socket path: ${where})`, {
      cause: error,
    });
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new UnreachableError(`no connection to ${where} within ${CONNECT_TIMEOUT / 1000} s`, { cause: error });
  }
  return withoutAnswer(error, method, where);
}
