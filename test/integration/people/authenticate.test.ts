import type { Connection } from 'mongoose';
import { runMigrations } from '../../../src/store/migrations';
import { TRUST_MS } from '../../../src/use-cases/people/trusted-reads';
import { TestClock } from '../../support/clock';
import { named, openMonitored } from '../../support/command-monitor';
import { testDatabase } from '../../support/mongo';
import { makeSignUp, peopleOn } from '../../support/people';

const database = testDatabase();
const clock = new TestClock();
const PEOPLE = 4;
let monitored: { connection: Connection; commands: Readonly<Record<string, unknown>>[] };
let people: ReturnType<typeof peopleOn>;
/** Each founded an organization of their own. */
let tokens: string[];

beforeAll(async () => {
  await runMigrations(database.connection);
  monitored = await openMonitored(database.uri);
  people = peopleOn(monitored.connection, clock);
  const signUps = Array.from({ length: PEOPLE }, () => people.signUp.execute(makeSignUp(), 'r'));
  tokens = (await Promise.all(signUps)).map(({ accessToken }) => accessToken);
});
afterAll(() => monitored.connection.close());

/** The finds that it took to let them in. */
async function letIn(some: readonly string[]): Promise<unknown[]> {
  monitored.commands.length = 0;
  const scopes = await Promise.all(some.map((token) => people.authenticator.authenticate(token, 'r')));
  expect(new Set(scopes.map((scope) => scope?.tenantId)).size).toBe(some.length);
  return named(monitored.commands, 'find').map(({ find }) => find);
}

test('people of many organizations who ask at the same moment are looked up in one round trip for each question', async () => {
  // Signatures are checked on other threads, which end when they like: once.
  await letIn(tokens);
  clock.advance(2 * TRUST_MS);
  expect((await letIn(tokens)).sort()).toEqual(['organizations', 'sessions', 'users']);
});

test('while they go on asking, one of them is looked up, and the others with it', async () => {
  clock.advance(TRUST_MS);
  await letIn(tokens);
  clock.advance(TRUST_MS / 2);
  expect(await letIn(tokens)).toEqual([]);
  clock.advance(TRUST_MS / 2);
  expect(await letIn(tokens.slice(0, 1))).toHaveLength(3);
  expect(await letIn(tokens)).toEqual([]);
});
