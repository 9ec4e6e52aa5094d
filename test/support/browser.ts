import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const HOW_TO_GET_ONE =
  'No browser was found for this test. On Debian and Ubuntu, as root: apt-get install chromium. Where one is installed ' +
  'elsewhere: CHROMIUM_BINARY=/path/to/chromium. SKIP_BROWSER_TESTS=1 leaves the tests out that need one.';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** @throws Error with the command to type, where there is none */
function chromiumBinary(): string {
  const given = process.env['CHROMIUM_BINARY'];
  if (given !== undefined && given !== '') return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
  if (found === undefined) throw new Error(HOW_TO_GET_ONE);
  return found;
}

/** For machines that can have no browser; says so. */
export function skipsBrowserTests(): boolean {
  const skips = process.env['SKIP_BROWSER_TESTS'] === '1';
  if (skips) process.stderr.write('SKIP_BROWSER_TESTS=1: the tests in a browser are left out.\n');
  return skips;
}

/** A real browser, without a display, that can resolve no name of another machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumBinary(),
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
