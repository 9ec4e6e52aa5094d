import { Types } from 'mongoose';
import { createHash } from 'node:crypto';
import { EMAIL_CODE_MS } from '../../../src/domain/email-code';
import { RateLimitedError } from '../../../src/domain/errors';
import type { AccountDoc } from '../../../src/store/account.schema';
import type { DeliveryDoc } from '../../../src/store/delivery.schema';
import { runMigrations } from '../../../src/store/migrations';
import { EditOnce } from '../../../src/use-cases/edit-once';
import { IdempotencyClaims } from '../../../src/use-cases/idempotency-claims';
import { RequestEmailVerification } from '../../../src/use-cases/people/request-email-verification';
import type { SessionViewer } from '../../../src/use-cases/people/session';
import { VerifyEmail } from '../../../src/use-cases/people/verify-email';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { officeOn } from '../../support/organizer';
import { makeSignUp, peopleOn } from '../../support/people';

// Many at once on one account: each waits for its turn.
jest.setTimeout(30_000);

const database = testDatabase();
let clock: TestClock;
let people: ReturnType<typeof peopleOn>;
let verify: VerifyEmail;
let request: RequestEmailVerification;

beforeAll(() => runMigrations(database.connection));
beforeEach(() => {
  clock = new TestClock();
  people = peopleOn(database.connection, clock);
  const { engine, worker } = officeOn(database.connection, clock);
  const { unitOfWork, idempotency } = people.store;
  const once = new EditOnce(engine, unitOfWork, idempotency, new IdempotencyClaims(clock), worker);
  verify = new VerifyEmail(once, people.codes);
  request = new RequestEmailVerification(once, people.codes);
});

const deliveries = () => database.connection.collection<DeliveryDoc>('deliveries');
const accounts = () => database.connection.collection<AccountDoc>('accounts');

/** Somebody who has just signed up. */
const newcomer = async (): Promise<SessionViewer> => (await people.signUp.execute(makeSignUp(), 'r')).viewer;
/** The codes that were mailed to them, in order. */
async function codesOf({ scope }: SessionViewer): Promise<string[]> {
  const tenantId = new Types.ObjectId(scope.tenantId);
  const mails = await deliveries().find({ tenantId }).sort({ journalId: 1 }).toArray();
  return mails.map(({ _id, secret }) => people.box.open(secret!, _id));
}
const codeOf = async (viewer: SessionViewer): Promise<string> => (await codesOf(viewer)).at(-1)!;
const wrong = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, '0');
const attempt = ({ scope }: SessionViewer, code: string, idempotencyKey: string | null = null): Promise<string> =>
  verify.execute(scope, { code, idempotencyKey }).then(
    () => 'VERIFIED',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
const ask = ({ scope }: SessionViewer, idempotencyKey: string | null = null): Promise<void> =>
  request.execute(scope, { idempotencyKey });
const verifiedAt = async ({ account }: SessionViewer): Promise<Date | null> =>
  (await people.store.accounts.findById(account.id))?.emailVerifiedAt ?? null;
const checkOf = async ({ account }: SessionViewer) =>
  (await accounts().findOne({ _id: new Types.ObjectId(account.id) }))?.emailCheck;
const rowsOf = ({ scope, account }: SessionViewer) => people.store.journal.history(scope, `email:${account.id}`, 20);

describe('a code [J10]', () => {
  it('is mailed to who signs up, and verifies the address', async () => {
    const viewer = await newcomer();
    expect(await verifiedAt(viewer)).toBeNull();
    const [code, ...more] = await codesOf(viewer);

    expect(code).toMatch(/^\d{6}$/);
    expect(more).toEqual([]);
    expect(await attempt(viewer, code!)).toBe('VERIFIED');
    expect(await verifiedAt(viewer)).toEqual(clock.now());
    expect((await rowsOf(viewer)).map(({ type, version }) => [type, version])).toEqual([
      ['EMAIL_CODE_REQUESTED', 1],
      ['EMAIL_VERIFIED', 2],
    ]);
  });

  it('counts once', async () => {
    const viewer = await newcomer();
    const code = await codeOf(viewer);

    expect(await attempt(viewer, code)).toBe('VERIFIED');
    expect(await attempt(viewer, code)).toBe('EMAIL_CODE_INVALID');
  });

  it('submitted rightly twenty times at once verifies once', async () => {
    const viewer = await newcomer();
    const code = await codeOf(viewer);
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(viewer, code)));

    expect(answers.filter((answer) => answer === 'VERIFIED')).toHaveLength(1);
    expect(answers.every((answer) => ['VERIFIED', 'EMAIL_CODE_INVALID', 'BUSY'].includes(answer))).toBe(true);
    expect((await rowsOf(viewer)).filter(({ type }) => type === 'EMAIL_VERIFIED')).toHaveLength(1);
  });

  it('counts for ten minutes, to the millisecond', async () => {
    const [early, late] = [await newcomer(), await newcomer()];
    clock.advance(EMAIL_CODE_MS - 1);
    expect(await attempt(early, await codeOf(early))).toBe('VERIFIED');
    clock.advance(1);
    expect(await attempt(late, await codeOf(late))).toBe('EMAIL_CODE_INVALID');
  });

  it('has five tries, and then is refused though it is right', async () => {
    const [patient, unlucky] = [await newcomer(), await newcomer()];
    for (const viewer of [patient, unlucky]) {
      const code = await codeOf(viewer);
      for (let by = 1; by <= 4; by += 1) expect(await attempt(viewer, wrong(code, by))).toBe('EMAIL_CODE_INVALID');
    }
    expect(await attempt(patient, await codeOf(patient))).toBe('VERIFIED');
    expect(await attempt(unlucky, wrong(await codeOf(unlucky), 5))).toBe('EMAIL_CODE_INVALID');
    expect(await attempt(unlucky, await codeOf(unlucky))).toBe('EMAIL_CODE_INVALID');
    expect(await verifiedAt(unlucky)).toBeNull();
  });

  it('has five tries however many guesses arrive at once', async () => {
    const viewer = await newcomer();
    const code = await codeOf(viewer);
    await Promise.all(Array.from({ length: 20 }, (_, by) => attempt(viewer, wrong(code, by + 1))));

    expect((await checkOf(viewer))?.code?.tries).toBe(5);
    expect(await attempt(viewer, code)).toBe('EMAIL_CODE_INVALID');
  });

  it('of one account is of no use to another', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    const code = await codeOf(one);
    if (code === (await codeOf(other))) return;

    expect(await attempt(other, code)).toBe('EMAIL_CODE_INVALID');
    const hash = (await checkOf(one))?.code?.hash;
    await accounts().updateOne(
      { _id: new Types.ObjectId(other.account.id) },
      { $set: { 'emailCheck.code.hash': hash, 'emailCheck.code.tries': 0 } },
    );
    expect(await attempt(other, code)).toBe('EMAIL_CODE_INVALID');
  });

  it('is answered alike whether it is wrong, used, expired or tried too often', async () => {
    const messages = new Set<string>();
    const viewer = await newcomer();
    const code = await codeOf(viewer);
    const say = async (given: string) =>
      messages.add(
        await verify
          .execute(viewer.scope, { code: given, idempotencyKey: null })
          .then(String, (error: unknown) => JSON.stringify(error)),
      );
    await say(wrong(code));
    await verify.execute(viewer.scope, { code, idempotencyKey: null });
    await say(code);
    clock.advance(EMAIL_CODE_MS);
    await say(code);

    expect(messages.size).toBe(1);
  });

  it('is in the database neither in words nor as a hash that a list of a million would tell', async () => {
    const viewer = await newcomer();
    const code = await codeOf(viewer);
    await attempt(viewer, wrong(code), 'a-key');
    await attempt(viewer, code, 'another-key');
    const names = ['accounts', 'deliveries', 'journal', 'idempotency'];
    const dump = JSON.stringify(
      await Promise.all(names.map((name) => database.connection.collection(name).find().toArray())),
    );

    expect(dump).not.toContain(`"${code}"`);
    for (const text of [code, `${viewer.account.id}${code}`, `verifyEmail\n${JSON.stringify({ code })}`]) {
      for (const form of ['hex', 'base64', 'base64url'] as const) {
        expect(dump).not.toContain(createHash('sha256').update(text).digest(form));
      }
    }
  });
});

describe('asking for a code', () => {
  it('sends another one, and the one before counts no more', async () => {
    const viewer = await newcomer();
    await ask(viewer);
    const [first, second] = await codesOf(viewer);
    if (first === second) return;

    expect(await attempt(viewer, first!)).toBe('EMAIL_CODE_INVALID');
    expect(await attempt(viewer, second!)).toBe('VERIFIED');
  });

  it('is refused after five within an hour, signing up included, and says how long', async () => {
    const viewer = await newcomer();
    for (let n = 0; n < 4; n += 1) {
      clock.advance(60_000);
      await ask(viewer);
    }
    await expect(ask(viewer)).rejects.toEqual(new RateLimitedError(56 * 60_000));
    expect(await codesOf(viewer)).toHaveLength(5);
    clock.advance(56 * 60_000);
    await ask(viewer);
    expect(await codesOf(viewer)).toHaveLength(6);
  });

  it('ten times at once sends no more than are left', async () => {
    const viewer = await newcomer();
    await Promise.allSettled(Array.from({ length: 10 }, () => ask(viewer)));

    expect((await codesOf(viewer)).length).toBeLessThanOrEqual(5);
    expect((await checkOf(viewer))?.sentAt).toHaveLength((await codesOf(viewer)).length);
  });

  it('with one key sends one, however often it is repeated', async () => {
    const viewer = await newcomer();
    for (let n = 0; n < 3; n += 1) await ask(viewer, 'the-key');

    expect(await codesOf(viewer)).toHaveLength(2);
  });

  it('sends nothing to an address that is verified', async () => {
    const viewer = await newcomer();
    await attempt(viewer, await codeOf(viewer));
    await ask(viewer);

    expect(await codesOf(viewer)).toHaveLength(1);
    expect(await rowsOf(viewer)).toHaveLength(2);
  });
});

describe('an idempotency key', () => {
  it('gives the same answer again, and costs no further try', async () => {
    const viewer = await newcomer();
    const code = await codeOf(viewer);
    for (let n = 0; n < 7; n += 1) expect(await attempt(viewer, wrong(code), 'k1')).toBe('EMAIL_CODE_INVALID');
    expect((await checkOf(viewer))?.code?.tries).toBe(1);

    expect(await attempt(viewer, code, 'k2')).toBe('VERIFIED');
    expect(await attempt(viewer, code, 'k2')).toBe('VERIFIED');
    expect(await attempt(viewer, wrong(code, 2), 'k2')).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});
