import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildExplorer } from '../../scripts/explorer/build-explorer';
import { castOf } from '../../scripts/seed/report';
import { DEMO, seedDatabase } from '../../scripts/seed/seed-database';
import { tokenOf } from '../../scripts/seed/tokens';
import type { Role } from '../../src/domain/permissions';
import { AccessTokens } from '../../src/platform/token';
import { openBrowser, watchedPage, type WatchedPage } from '../support/browser';
import { dataOf } from '../support/client';
import { factsFor } from '../support/explorer-facts';
import { skipsBrowserTests } from '../support/programs';
import { testService } from '../support/service';

const ROOT = join(__dirname, '..', '..');
const SCREENSHOT = join(ROOT, 'docs', 'images', 'explorer.png');
/** Some of the names that the bundle has to be fetched from elsewhere by, in pages that are not ours. */
const FOREIGN = 'https://unpkg.com/graphiql/graphiql.min.js';

const service = testService();
const tokens = new Map<Role, string>();
let browser: Browser;
let context: BrowserContext;

const inABrowser = skipsBrowserTests() ? describe.skip : describe;

inABrowser('the explorer page', () => {
  beforeAll(async () => {
    const { connection, clock } = service;
    await buildExplorer(ROOT);
    const { organizations } = await seedDatabase(connection, DEMO, { clock, progress: () => undefined });
    for (const person of organizations.slice(0, 1).flatMap(castOf)) {
      const { token } = await tokenOf(service.running.app.get(AccessTokens), person);
      tokens.set(person.user.role, token);
    }
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    // The page reckons its dates from the service's day.
    await context.clock.setFixedTime(service.clock.now());
  });
  afterEach(() => context.close());

  const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}\\b`) });
  const answer = (page: Page) => page.locator('.result-window');
  const run = (page: Page) => page.getByRole('button', { name: /^Execute/ }).click();

  /** As the link of `npm start` opens it; without a role, as somebody who only knows the address. */
  async function open(role?: Role): Promise<WatchedPage> {
    const watched = await watchedPage(context, service.url);
    await watched.page.goto(role === undefined ? service.url : `${service.url}#token=${tokens.get(role)}`);
    await watched.page.locator('main:not([inert])').waitFor();
    return watched;
  }
  const expectNothingWrong = ({ foreign, faults }: WatchedPage): void =>
    expect({ foreign, faults }).toEqual({ foreign: [], faults: [] });

  it('shows the seeded data at the first press of the button, and asks no other host', async () => {
    const watched = await open('USER');
    const { page } = watched;
    await page.getByText('Signed in as Uma Keller, USER of Harbour Arts').waitFor();
    await run(page);
    await answer(page).getByText('"Life drawing"').first().waitFor();
    await answer(page).getByText('"Choir rehearsal"').first().waitFor();
    expectNothingWrong(watched);
    if (process.env['WRITE_PAPERS'] === '1') await page.screenshot({ path: SCREENSHOT });
  }, 60_000);

  it('takes the token out of the address, into the headers, and keeps it over a reload', async () => {
    const { page } = await open('USER');
    expect(page.url()).toBe(service.url);
    await page.reload();
    await page.getByText('Signed in as Uma Keller').waitFor();
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.getByText('"Authorization"').waitFor();
    expect(await (await fetch(service.url, { headers: { accept: 'text/html' } })).text()).not.toContain('eyJ');
  }, 60_000);

  it('goes on as somebody else whose link is opened in the same tab', async () => {
    const watched = await open('USER');
    const { page } = watched;
    await page.getByText('Signed in as Uma Keller').waitFor();
    await page.goto(`${service.url}#token=${tokens.get('ORG_ADMIN')}`);
    await page.getByText('ORG_ADMIN of Harbour Arts').waitFor();
    expect(page.url()).toBe(service.url);
    expectNothingWrong(watched);
  }, 60_000);

  it('shows the answer as wide as the operation on a phone', async () => {
    const { page } = await open('USER');
    await page.setViewportSize({ width: 390, height: 844 });
    const widthOf = async (part: string): Promise<number> => (await page.locator(part).boundingBox())?.width ?? 0;
    expect(await widthOf('.graphiql-response')).toBeGreaterThanOrEqual(await widthOf('.graphiql-editors'));
  }, 60_000);

  it('says that a token has ended, and offers to sign in', async () => {
    const { page } = await watchedPage(context, service.url);
    await page.goto(`${service.url}#token=${tokens.get('USER')}x`);
    await page.getByText('That token is good no longer').waitFor();
    await tab(page, 'SignIn').waitFor();
  }, 60_000);

  it('has every operation that the role can run, with ids of what is there', async () => {
    const { page } = await open('ORG_ADMIN');
    await tab(page, 'CreateSeries').click();
    await run(page);
    await answer(page).getByText('"CreateEventPayload"').waitFor();
    await tab(page, 'FullDate').click();
    await run(page);
    await answer(page).getByText('"OccurrenceFullError"').waitFor();
  }, 60_000);

  it('shows a seat that is taken meanwhile, over the WebSocket, to whom the headers name', async () => {
    const watched = await open('USER');
    const { page } = watched;
    const { 'occurrence.free': occurrenceId } = await factsFor(service, tokens.get('USER') ?? '');
    await tab(page, 'LiveSeats').click();
    await run(page);
    interface Seats {
      occurrence: { seatsLeft: number };
    }
    const seats = 'query ($id: ID!) { occurrence(id: $id) { seatsLeft } }';
    const before = dataOf(await service.ask<Seats>(seats, { id: occurrenceId }, tokens.get('USER'))).occurrence;
    await answer(page).getByText(`"seatsLeft": ${before.seatsLeft},`).waitFor();
    const register = 'mutation ($id: ID!) { registerForOccurrence(input: { occurrenceId: $id }) { __typename } }';
    dataOf(await service.ask(register, { id: occurrenceId }, tokens.get('ORGANIZER')));
    await answer(page)
      .getByText(`"seatsLeft": ${before.seatsLeft - 1},`)
      .waitFor();
    await page.getByRole('button', { name: /^Stop/ }).click();
    expectNothingWrong(watched);
  }, 60_000);

  it('signs somebody in who only knows the address, and goes on as them', async () => {
    const watched = await open();
    const { page } = watched;
    await page.getByText('Not signed in').waitFor();
    await tab(page, 'SignUp').waitFor();
    expect(await page.getByRole('tab').count()).toBe(2);
    await run(page);
    await page.getByRole('button', { name: 'Go on as Uma Keller' }).click();
    await page.getByText('Signed in as Uma Keller').waitFor();
    await tab(page, 'NextThirtyDays').waitFor();
    expectNothingWrong(watched);
  }, 60_000);

  it('explains the schema, builds operations, remembers them, and links to the Sandbox', async () => {
    const watched = await open('USER');
    const { page } = watched;
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Mutation', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
    await page.locator('.graphiql-explorer-root').getByText('myRegistrations').first().waitFor();
    await run(page);
    await page.getByRole('button', { name: 'Show History' }).click();
    await page.locator('.graphiql-history').getByText('NextThirtyDays').waitFor();
    const sandbox = page.getByRole('link', { name: 'Open in Apollo Sandbox (needs internet)' });
    const endpoint = new URL((await sandbox.getAttribute('href')) ?? '').searchParams.get('endpoint');
    expect(endpoint).toBe(service.url);
    expectNothingWrong(watched);
  }, 60_000);

  it('would be caught asking another host: the policy stops it, and without the policy the test sees it', async () => {
    const load = `document.head.append(Object.assign(document.createElement('script'), { src: '${FOREIGN}' }))`;
    const stopped = await open('USER');
    await Promise.all([stopped.page.waitForEvent('console'), stopped.page.evaluate(load)]);
    expect(stopped.faults.join()).toContain('Content Security Policy');
    await context.close();
    context = await browser.newContext({ bypassCSP: true });
    const seen = await open('USER');
    await Promise.all([seen.page.waitForEvent('requestfailed'), seen.page.evaluate(load)]);
    expect(seen.foreign).toEqual([FOREIGN]);
  }, 60_000);
});
