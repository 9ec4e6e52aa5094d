/*
 * The access token of this browser tab. It arrives behind the `#` of the address, which no browser sends anywhere, or in
 * the answer of a sign-in; it is kept for as long as the tab is, so that a reload stays signed in.
 */
const KEY = 'happening.accessToken';

/** The token that the address brought, which is taken out of it, or the one of before. */
export function takeToken(): string | null {
  const brought = new URLSearchParams(location.hash.slice(1)).get('token');
  if (brought === null) return sessionStorage.getItem(KEY);
  history.replaceState(null, '', location.pathname + location.search);
  sessionStorage.setItem(KEY, brought);
  return brought;
}

/** The link of somebody else, opened in this tab: only what follows the `#` changes, and no browser loads the page for that. */
export function reloadForNewToken(): void {
  addEventListener('hashchange', () => {
    if (new URLSearchParams(location.hash.slice(1)).has('token')) location.reload();
  });
}

export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);

export const forgetToken = (): void => sessionStorage.removeItem(KEY);

interface Session {
  readonly accessToken: string;
  readonly viewer?: { readonly user?: { readonly name?: string } | null };
}

/** The session that an answer brings: that of a sign-in, a sign-up, or a change of organization. */
export function sessionIn(answer: unknown): Session | undefined {
  if (!isObject(answer) || !isObject(answer['data'])) return undefined;
  const payloads = Object.values(answer['data']).filter(isObject);
  return payloads.map(({ session }) => session).find(isSession);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isSession = (value: unknown): value is Session => isObject(value) && typeof value['accessToken'] === 'string';
