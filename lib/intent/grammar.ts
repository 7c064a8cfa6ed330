import { CliError } from '../errors.js';

/** `key=value`, split at the first `=`; the native client asks no more of it (cmd/incus/network.go, 6.0.4). */
export function splitPair(pair: string): [key: string, value: string] {
  const at = pair.indexOf('=');
  if (at === -1) throw new CliError(`Bad key/value pair: ${pair}`);

  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** The key=value arguments in order; of equal keys the last wins. `-` stands for `stdinValue` where there is one. */
export function readPairs(pairs: readonly string[], stdinValue: string | null): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [key, value] = splitPair(pair);
      return [key, value === '-' && stdinValue !== null ? stdinValue : value];
    }),
  );
}

/** How many pairs want standard input as their value: `key=-`, as the native client since 6.23. */
export function stdinPairs(pairs: readonly string[]): number {
  return pairs.filter((pair) => /^[^=]*=-$/.test(pair)).length;
}
