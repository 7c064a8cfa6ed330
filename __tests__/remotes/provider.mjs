/*
 * A real OpenID provider with one user and one client, as Incus wants them: a public client, and access tokens
 * that are JWTs. `node provider.mjs <host> <port>` prints its issuer. What a browser and the device flow would
 * have done, `POST /test/login?seconds=N` does: it answers tokens, of which the access token is good for N seconds.
 */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [host = '127.0.0.1', port = '0'] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(Number(port), host, resolve));
const issuer = `http://${host}:${server.address().port}`;

// What the native client asks for, and again with every refresh (oidcScopes in client/incus_oidc.go, 6.0.4).
const scope = 'openid offline_access email';
const resource = 'urn:incus';
const jwt = { sign: { alg: 'RS256' } };
const grants = [];
let isForgetful = false;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'incus',
      token_endpoint_auth_method: 'none',
      grant_types: ['refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  scopes: ['openid', 'offline_access', 'email'],
  claims: { openid: ['sub'], email: ['email'] },
  rotateRefreshToken: true,
  findAccount: (_, id) => (isForgetful ? undefined : { accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt }),
    },
  },
  ttl: { Grant: 3600, IdToken: 3600, RefreshToken: 3600, Session: 3600 },
});
provider.on('grant.success', (context) => grants.push(context.oidc.params.grant_type));

async function logIn(seconds) {
  const client = await provider.Client.find('incus');
  const grant = new provider.Grant({ accountId: 'ann', clientId: 'incus' });
  grant.addOIDCScope(scope);
  grant.addResourceScope(resource, scope);
  const common = { accountId: 'ann', client, grantId: await grant.save(), gty: 'urn:ietf:params:oauth:grant-type:device_code', scope };

  const access = new provider.AccessToken({ ...common, expiresIn: seconds });
  access.resourceServer = new provider.ResourceServer(resource, { scope, accessTokenFormat: 'jwt', accessTokenTTL: seconds, jwt });
  const refresh = new provider.RefreshToken({ ...common, resource });
  return { access_token: await access.save(), refresh_token: await refresh.save() };
}

const handle = provider.callback();
server.on('request', async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/test/login') return response.end(JSON.stringify(await logIn(Number(searchParams.get('seconds') ?? 3600))));
  if (pathname === '/test/forget') return response.end(String((isForgetful = true)));
  if (pathname === '/test/grants') return response.end(JSON.stringify(grants.splice(0)));
  return handle(request, response);
});
process.stdout.write(`${issuer}\n`);
