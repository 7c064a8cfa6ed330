import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import * as z from '../zod.js';

/**
 * oidctokens/<remote>.json: what Go makes of zitadel's oidc.Tokens (shared/cliconfig/config.go, 6.0.4). What we
 * do not know stays as it is.
 */
export const Tokens = z.looseObject({
  access_token: z._default(z.string(), ''),
  token_type: z.optional(z.string()),
  refresh_token: z._default(z.string(), ''),
  expiry: z.optional(z.string()),
});
export type Tokens = z.infer<typeof Tokens>;

export async function readTokens(file: string): Promise<Tokens> {
  try {
    return Tokens.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return Tokens.parse({});
  }
}

/** Writes them back for the native client, which would have to log in again after a refresh token has been used up. */
export async function writeTokens(file: string, tokens: Tokens): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, JSON.stringify(tokens), { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
}
