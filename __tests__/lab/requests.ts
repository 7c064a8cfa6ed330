/*
 * Which API requests a server saw, read from the log that incusd writes with --debug. Every request
 * is one line there, written before the request is handled; the second form is that of clients whom
 * the server does not know, or not yet:
 *
 *   time="…" level=debug msg="Handling API request" ip=@ method=GET protocol=unix url="/1.0/networks?project=p" username=root
 *   time="…" level=debug msg="Allowing untrusted GET" ip="10.99.0.1:39850" url=/1.0
 */

/** Requests in a part of the log, such as `POST /1.0/networks?project=test`. */
export function requestsIn(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => !isBetweenMembers(line) && !isOfTheLab(line))
    .flatMap((line) => {
      const method = methodIn(line);
      return method === null ? [] : [`${method} ${field(line, 'url')}`];
    });
}

/**
 * Members speak to each other with the cluster's certificate: notifications, heartbeats, the
 * database, the event connections, and what is passed on for ?target=. Seen on 6.0.4: all of it
 * carries protocol=cluster, whoever asked first, and a client over HTTPS carries protocol=tls.
 */
function isBetweenMembers(line: string): boolean {
  return field(line, 'protocol') === 'cluster';
}

/** The lab asks whether a daemon that it starts is ready. */
function isOfTheLab(line: string): boolean {
  return field(line, 'url') === '/internal/ready';
}

function methodIn(line: string): string | null {
  const message = field(line, 'msg');
  if (message === 'Handling API request') return field(line, 'method');

  const untrusted = /^Allowing untrusted (\w+)$/.exec(message);
  return untrusted?.[1] ?? null;
}

function field(line: string, name: string): string {
  const match = new RegExp(` ${name}=("(?:[^"\\\\]|\\\\.)*"|\\S*)`).exec(line);
  const value = match?.[1] ?? '';
  return value.startsWith('"') ? unquoted(value) : value;
}

function unquoted(value: string): string {
  try {
    return JSON.parse(value) as string;
  } catch {
    // Go escapes some bytes in ways that JSON does not know; none of these is in what we look for.
    return value.slice(1, -1);
  }
}
