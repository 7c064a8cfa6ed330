/*
 * Which API requests a server saw, read from the log that incusd writes with --debug. Every request
 * that has passed authentication is one line there, written before the request is handled:
 *
 *   time="…" level=debug msg="Handling API request" ip=@ method=GET protocol=unix url="/1.0/networks?project=p" username=root
 */

/** Requests in a part of the log, such as `POST /1.0/networks?project=test`. */
export function requestsIn(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('msg="Handling API request"'))
    .map((line) => ({ method: field(line, 'method'), url: field(line, 'url'), protocol: field(line, 'protocol'), ip: field(line, 'ip') }))
    .filter((request) => !isBetweenMembers(request))
    .map(({ method, url }) => `${method} ${url}`);
}

/**
 * Members speak to each other with the cluster's certificate (protocol=cluster): notifications,
 * heartbeats, the database, the event connections. A request passed on for ?target= comes from a
 * member's address, under the name of whoever sent it first.
 */
function isBetweenMembers({ protocol, ip, url }: { protocol: string; ip: string; url: string }): boolean {
  return protocol === 'cluster' || url === '/internal/ready' || ip.startsWith('10.99.0.');
}

function field(line: string, name: string): string {
  const match = new RegExp(` ${name}=("(?:[^"\\\\]|\\\\.)*"|\\S*)`).exec(line);
  const value = match?.[1] ?? '';
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}
