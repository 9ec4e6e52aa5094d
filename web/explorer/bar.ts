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

/** Says who asks; where nobody does, whether there was a token, and what to do. */
export function showViewer(viewer: Viewer | null, hadToken: boolean): void {
  const { user, organization } = viewer ?? {};
  const nobody = hadToken ? 'That token is good no longer (it is for a quarter of an hour)' : 'Not signed in';
  byId('viewer').textContent =
    user && organization
      ? `Signed in as ${user.name}, ${user.role} of ${organization.name}`
      : `${nobody}: run SignIn or SignUp, then go on with its session`;
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
