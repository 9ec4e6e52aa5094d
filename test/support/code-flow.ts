import { createHash, randomBytes } from 'node:crypto';

/** What somebody brings back from a provider. */
export interface ProviderGrant {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token?: string;
}

export interface CodeFlow {
  readonly issuer: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

const REDIRECT_URI = 'http://127.0.0.1/callback';
/** Log-in and consent, each with a few redirects. */
const MAX_STEPS = 20;

/**
 * The authorization code flow with PKCE as a browser goes through it: pages, cookies and forms over HTTP, until the
 * provider sends the browser back with a code, which buys the tokens (RFC 6749, RFC 7636).
 */
export async function codeFlow({ issuer, clientId, username, password }: CodeFlow): Promise<ProviderGrant> {
  const { authorization_endpoint: authorize, token_endpoint: token } = await json<Record<string, string>>(
    await fetch(`${issuer}/.well-known/openid-configuration`),
  );
  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  const begin = new URL(authorize ?? '');
  begin.search = new URLSearchParams({
    ...{ client_id: clientId, redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'openid email profile' },
    ...{ state, nonce: state, code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  }).toString();
  const back = await browse(begin, { username, login: username, password });
  if (back.searchParams.get('state') !== state) throw new Error(`not our sign-in: ${back.href}`);
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', client_id: clientId, redirect_uri: REDIRECT_URI, code_verifier: verifier },
    code: back.searchParams.get('code') ?? '',
  });
  return json<ProviderGrant>(await fetch(token ?? '', { method: 'POST', body }));
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Follows redirects and fills in forms; the address that the browser ends at, which is ours. */
async function browse(begin: URL, known: Readonly<Record<string, string>>): Promise<URL> {
  const cookies = new Map<string, string>();
  let [url, body] = [begin, undefined as URLSearchParams | undefined];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(url, { method, redirect: 'manual', headers: { cookie }, ...(body && { body }) });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const form = location === null ? formOn(await response.text(), known) : null;
    if (location === null && form === null) throw new Error(`${url.href} answered ${response.status} without a form`);
    url = new URL(location ?? form?.action ?? '', url);
    body = form?.body;
    if (url.href.startsWith(REDIRECT_URI)) return url;
  }
  throw new Error(`the provider did not send us back: ${url.href}`);
}

const unescaped = (html: string): string => html.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescaped(value);
};

function formOn(
  html: string,
  known: Readonly<Record<string, string>>,
): { action: string; body: URLSearchParams } | null {
  const [, tag, inside = ''] = /(<form\b[^>]*>)(.*?)<\/form>/s.exec(html) ?? [];
  if (tag === undefined) return null;
  const body = new URLSearchParams();
  for (const [input] of inside.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(input, 'name');
    if (name !== undefined) body.set(name, known[name] ?? attribute(input, 'value') ?? '');
  }
  return { action: attribute(tag, 'action') ?? '', body };
}
