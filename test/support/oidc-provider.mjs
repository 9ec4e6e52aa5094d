// A real OpenID Connect provider in a process of its own (it is an ES module, and is to be stopped and started again).
// Arguments: the port (0: a free one), the private keys that it signs with as a JSON list of JWKs. Prints its issuer.
import { createServer } from 'node:http';
import { once } from 'node:events';
import Provider from 'oidc-provider';

const [, , port, keys] = process.argv;
const server = createServer().listen(Number(port), '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  jwks: { keys: JSON.parse(keys) },
  clients: [
    {
      client_id: 'web',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  cookies: { keys: ['of a test'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // The ID token itself names the address, not the userinfo endpoint alone.
  conformIdTokenClaims: false,
  issueRefreshToken: async () => true,
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true, name: `${sub} of the provider` }),
  }),
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'https://api.example.org',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'openid',
        audience: 'https://api.example.org',
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
server.on('request', provider.callback());
console.log(issuer);
