import { CliError } from '../errors.js';

/** The access token of oidctokens/<remote>.json, as the native client stores it; empty: the server will ask for a login. */
export function accessToken(remote: string, content: string | null): string {
  if (content === null) return '';
  try {
    const tokens: unknown = JSON.parse(content);
    if (typeof tokens !== 'object' || tokens === null || !('access_token' in tokens)) return '';
    return typeof tokens.access_token === 'string' ? tokens.access_token : '';
  } catch (error) {
    throw new CliError(`cannot read the OIDC tokens of remote "${remote}": the file is no JSON`, {
      cause: error,
      hint: `rm the file "oidctokens/${remote}.json", then log in again: incus list ${remote}:`,
    });
  }
}
