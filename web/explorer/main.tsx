import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';
import { linkToSandbox, offerSession, showViewer } from './bar';
import { type Facts, factsOf, factsOfTheDay, LOOK_AROUND, type Role, type Surroundings } from './facts';
import { fetcherFor } from './fetcher';
import type { OperationFile } from './operations';
import { Ready } from './ready';
import { forgetToken, reloadForNewToken, takeToken } from './session';
import { storage } from './storage';
import { headersOf, tabsFor } from './tabs';
import { installWorkers } from './workers';

/** The files of `operations/`, written here by the build. */
declare const OPERATIONS: readonly OperationFile[];

const ENDPOINT = new URL('/graphql', location.href).href;

interface LookedUp {
  readonly viewer: Surroundings['viewer'] | null;
  readonly role: Role | null;
  readonly facts: Facts;
  /** Why nobody is signed in, if nobody is. */
  readonly why: string;
}

interface Answer {
  readonly data?: Surroundings | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code?: string } }[];
}

/** Who the token is of, and what there is for them; nobody, where the token is none, has expired, or could not be asked about. */
async function lookUp(token: string | null): Promise<LookedUp> {
  const nobody = { viewer: null, role: null, facts: factsOfTheDay(new Date()), why: 'Not signed in' };
  if (token === null) return nobody;
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: LOOK_AROUND }),
  });
  const { data, errors } = (await response.json()) as Answer;
  if (!data) {
    const [error] = errors ?? [];
    if (error?.extensions.code !== 'UNAUTHENTICATED') return { ...nobody, why: error?.message ?? response.statusText };
    forgetToken();
    return { ...nobody, why: 'That token is good no longer' };
  }
  const role = data.viewer.user?.role ?? null;
  return { ...nobody, viewer: data.viewer, role, facts: { ...nobody.facts, ...factsOf(data) } };
}

async function main(): Promise<void> {
  installWorkers();
  linkToSandbox(ENDPOINT);
  reloadForNewToken();
  const brought = takeToken();
  const { viewer, role, facts, why } = await lookUp(brought);
  showViewer(viewer, why);
  const token = viewer === null ? null : brought;
  const tabs = tabsFor(OPERATIONS, { token, role, facts });
  const root = document.getElementById('explorer');
  if (root === null) throw new Error('the page has no #explorer');
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcherFor(ENDPOINT, offerSession)}
      storage={storage}
      plugins={[HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })]}
      defaultTabs={tabs}
      defaultHeaders={headersOf(token)}
      initialVariables={tabs[0]?.variables ?? ''}
      initialHeaders={headersOf(token)}
      defaultEditorToolsVisibility="variables"
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <Ready />
      </GraphiQL.Logo>
    </GraphiQL>,
  );
}

void main();
