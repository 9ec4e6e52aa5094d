import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { BROWSER, pathOf } from './programs';

/** A real browser, without a display, that can resolve no name of another machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: pathOf(BROWSER),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });

export interface WatchedPage {
  readonly page: Page;
  /** Requests to any other host; each was refused. */
  readonly foreign: string[];
  /** Errors on the console, of which breaches of the content security policy are some, and what was thrown. */
  readonly faults: string[];
}

/** A page of its own profile that reaches `origin` and nothing else, and what it tried. */
export async function watchedPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const { host } = new URL(origin);
  const [foreign, faults]: [string[], string[]] = [[], []];
  const isOwn = (url: string): boolean => /^(data|blob):/.test(url) || new URL(url).host === host;
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (isOwn(url)) return route.continue();
    foreign.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('websocket', (socket) => {
    if (!isOwn(socket.url())) foreign.push(socket.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return { page, foreign, faults };
}
