import { connect } from 'node:net';
import type { CliError } from '../errors.js';
import { UnreachableError, errorCode } from '../errors.js';
import type { UnixAddress } from './address.js';
import { Connections, exchangeOver, withoutAnswer } from './exchange.js';
import type { OpenConnection } from './exchange.js';
import type { Exchange, Transport } from './transport.js';

export function unixTransport({ socket }: UnixAddress, userAgent: string): Transport {
  const connections = new Connections(toSocket(socket));

  return {
    async send(exchange) {
      try {
        const { status, text } = await exchangeOver(connections, exchange, { 'user-agent': userAgent });
        return { status, text };
      } catch (error) {
        throw translate(error, exchange.method, socket);
      }
    },
    async close() {
      connections.close();
    },
  };
}

function toSocket(path: string): OpenConnection {
  return (done) => {
    const connection = connect({ path });
    const timer = setTimeout(() => connection.destroy(new ConnectTimeoutError()), CONNECT_TIMEOUT);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      done(error);
    };
    connection.once('error', fail).once('connect', () => {
      clearTimeout(timer);
      connection.off('error', fail);
      done(null, connection);
    });
  };
}

class ConnectTimeoutError extends Error {
  readonly code = 'CONNECT_TIMEOUT';
}

/** Milliseconds that the server has to accept a connection. */
const CONNECT_TIMEOUT = 10_000;

/** The system's error codes, told apart by the one thing that matters: was the request sent? */
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
  if (code === 'CONNECT_TIMEOUT') {
    return new UnreachableError(`no connection to ${where} within ${CONNECT_TIMEOUT / 1000} s`, { cause: error });
  }
  return withoutAnswer(error, method, where);
}
