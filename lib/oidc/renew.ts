import * as client from 'openid-client';
import { UnreachableError, causeText } from '../errors.js';
import type { OidcChallenge } from '../incus/transport.js';
import { readTokens, writeTokens } from './tokens.js';

/** Whose login is to be renewed. */
export interface StoredLogin {
  remote: string;
  /** oidctokens/<remote>.json */
  file: string;
}

/** Seconds that the provider has for each answer. */
const TIMEOUT = 15;

/**
 * A new access token for the one that the server refused, with the stored refresh token, as the native client
 * gets it (client/oidc.go, 6.0.4).
 * @throws UnreachableError only a person can log in; nothing was done on the server
 */
export async function renewToken({ remote, file }: StoredLogin, challenge: OidcChallenge, refused: string, fetch: client.CustomFetch): Promise<string> {
  const stored = await readTokens(file);
  // The native client may have renewed it meanwhile.
  if (stored.access_token !== '' && stored.access_token !== refused) return stored.access_token;
  if (stored.refresh_token === '') throw loginNeeded(remote, stored.access_token === '' ? 'nobody has logged in yet' : 'the login has expired');

  const renewed = await refresh(stored.refresh_token, challenge, fetch).catch((error: unknown) => {
    throw loginNeeded(remote, words(error, challenge), error);
  });
  const expiry = renewed.expires_in === undefined ? {} : { expiry: new Date(Date.now() + renewed.expires_in * 1000).toISOString() };
  const tokens = {
    ...stored,
    access_token: renewed.access_token,
    token_type: 'Bearer',
    refresh_token: renewed.refresh_token ?? stored.refresh_token,
    ...expiry,
  };
  // Not being able to keep the token is no reason to do without it; the native client ignores it as well.
  await writeTokens(file, tokens).catch(() => undefined);
  return tokens.access_token;
}

async function refresh(token: string, { issuer, clientId }: OidcChallenge, fetch: client.CustomFetch): Promise<client.TokenEndpointResponse> {
  const url = new URL(issuer);
  const config = await client.discovery(url, clientId, undefined, client.None(), {
    [client.customFetch]: fetch,
    timeout: TIMEOUT,
    // The administrator's choice of issuer, which the server has told us over TLS.
    execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
  return client.refreshTokenGrant(config, token);
}

function words(error: unknown, { issuer }: OidcChallenge): string {
  if (error instanceof client.ResponseBodyError) return `the login has expired (${error.error_description ?? error.error})`;
  const cause = error instanceof Error && error.cause !== undefined ? causeText(error.cause) : causeText(error);
  return `it could not be renewed at ${issuer}: ${cause}`;
}

function loginNeeded(remote: string, why: string, cause?: unknown): UnreachableError {
  return new UnreachableError(`cannot log in to remote "${remote}": ${why}`, { hint: `incus list ${remote}:   # logs in`, cause });
}
