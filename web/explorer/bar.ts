import type { Viewer } from './facts';
import { keepToken, sessionIn } from './session';

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
};

/** The same operations in Apollo's Sandbox, whose code comes from a server of Apollo's. */
export function linkToSandbox(endpoint: string): void {
  const sandbox = new URL('https://studio.apollographql.com/sandbox/explorer');
  sandbox.searchParams.set('endpoint', endpoint);
  byId('sandbox').setAttribute('href', sandbox.href);
}

/** Says who asks; where nobody does, why, and what to do. */
export function showViewer(viewer: Viewer | null, why: string): void {
  const { user, organization } = viewer ?? {};
  byId('viewer').textContent =
    user && organization
      ? `Signed in as ${user.name}, ${user.role} of ${organization.name}`
      : `${why}: run SignIn or SignUp, then go on with its session`;
}

/** Offers to go on as whoever an answer signed in: with their token, and the operations that are for them. */
export function offerSession(answer: unknown): void {
  const session = sessionIn(answer);
  if (session === undefined) return;
  const button = byId('session');
  button.textContent = `Go on as ${session.viewer?.user?.name ?? 'this person'}`;
  button.hidden = false;
  button.onclick = () => {
    keepToken(session.accessToken);
    location.reload();
  };
}
