import { Types } from 'mongoose';
import { IdempotencyKeyReusedError } from '../../../src/domain/errors';
import type { AccountId, TenantId, UserId } from '../../../src/domain/ids';
import type { Role } from '../../../src/domain/permissions';
import { viewerScope, type ViewerScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { IdempotencyClaims } from '../../../src/use-cases/idempotency-claims';
import { CancelRegistration } from '../../../src/use-cases/registrations/cancel-registration';
import { RegisterForOccurrence } from '../../../src/use-cases/registrations/register-for-occurrence';
import { publish } from '../../support/booking-client';
import { TestClock } from '../../support/clock';
import { makeEngine } from '../../support/engine';
import { brokenInvariants } from '../../support/invariants';
import { makeOccurrence } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { storeOn } from '../../support/store';

jest.setTimeout(60_000);

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));
afterEach(async () => expect(await brokenInvariants(database.connection)).toEqual([]));

const clock = new TestClock();

/** The use cases on an engine of their own: what a process has after its start. */
function service() {
  const { engine, alarms } = makeEngine(database.connection, clock);
  const { users, registrations, idempotency } = storeOn(database.connection);
  const claims = new IdempotencyClaims(clock);
  return {
    alarms,
    register: new RegisterForOccurrence(engine, users, registrations, claims, idempotency),
    cancel: new CancelRegistration(engine, registrations, claims),
  };
}
const viewer = (tenantId: TenantId, role: Role = 'USER', userId = newId<UserId>()): ViewerScope =>
  viewerScope(tenantId, { kind: 'user', userId, accountId: newId<AccountId>(), role }, 'test-request');
const inputFor = (occurrenceId: ReturnType<typeof makeOccurrence>['id'], idempotencyKey: string) => ({
  occurrenceId,
  seats: 1,
  userId: null,
  idempotencyKey,
});
const stored = (tenantId: TenantId): Promise<number> =>
  database.connection.collection('registrations').countDocuments({ tenantId: new Types.ObjectId(tenantId) });

async function published(capacity = 10) {
  const occurrence = makeOccurrence(newId<TenantId>(), { capacity });
  await publish(database.connection, [occurrence]);
  return { occurrence, tenantId: occurrence.tenantId };
}

test('fifty requests with one key at once, at two engines: one effect, fifty identical answers; so after a restart', async () => {
  const { occurrence, tenantId } = await published();
  const me = viewer(tenantId);
  const [one, other] = [service(), service()];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      (n % 2 === 0 ? one : other).register.execute(me, inputFor(occurrence.id, 'once')),
    ),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await stored(tenantId)).toBe(1);
  const afterRestart = await service().register.execute(me, inputFor(occurrence.id, 'once'));
  expect(afterRestart).toEqual(answers[0]);
  expect(await stored(tenantId)).toBe(1);
  expect([...one.alarms, ...other.alarms]).toEqual([]);
});

test('a repeated key registers nobody anew: cancelled since, the registration is answered as it stands', async () => {
  const { occurrence, tenantId } = await published();
  const me = viewer(tenantId);
  const { register, cancel } = service();
  const first = await register.execute(me, inputFor(occurrence.id, 'once'));
  await cancel.execute(me, { registrationId: first.id, reason: null, idempotencyKey: null });
  const repeated = await register.execute(me, inputFor(occurrence.id, 'once'));
  expect(repeated).toMatchObject({ id: first.id, status: 'CANCELLED' });
  expect(await stored(tenantId)).toBe(1);
});

test('one key with other input is refused and has no effect, also at the same moment and for another operation', async () => {
  const { occurrence, tenantId } = await published();
  const other = makeOccurrence(tenantId, { startsAt: new Date('2027-02-01T10:00:00Z') });
  await publish(database.connection, [other]);
  const me = viewer(tenantId);
  const { register, cancel } = service();
  const both = await Promise.allSettled([
    register.execute(me, inputFor(occurrence.id, 'once')),
    register.execute(me, inputFor(other.id, 'once')),
  ]);
  expect(both).toMatchObject([{ status: 'fulfilled' }, { reason: expect.any(IdempotencyKeyReusedError) as Error }]);
  const [mine] = both;
  if (mine.status === 'rejected') throw new Error('refused');
  const cancelling = { registrationId: mine.value.id, reason: null, idempotencyKey: 'once' };
  await expect(cancel.execute(me, cancelling)).rejects.toThrow(IdempotencyKeyReusedError);
  expect(await stored(tenantId)).toBe(1);
});

test('somebody else’s key is another key: nobody can replay an answer that is not theirs, in this tenant or another', async () => {
  const { occurrence, tenantId } = await published();
  const elsewhere = await published();
  const { register } = service();
  const userId = newId<UserId>();
  const first = await register.execute(viewer(tenantId, 'USER', userId), inputFor(occurrence.id, 'once'));
  const second = await register.execute(viewer(tenantId), inputFor(occurrence.id, 'once'));
  const third = await register.execute(
    viewer(elsewhere.tenantId, 'USER', userId),
    inputFor(elsewhere.occurrence.id, 'once'),
  );
  expect(new Set([first.id, second.id, third.id]).size).toBe(3);
});

test('a key whose request was refused is free for the next try', async () => {
  const { occurrence, tenantId } = await published(1);
  const { register, cancel } = service();
  const [early, late] = [viewer(tenantId), viewer(tenantId)];
  const taken = await register.execute(early, inputFor(occurrence.id, 'a'));
  await expect(register.execute(late, inputFor(occurrence.id, 'b'))).rejects.toMatchObject({ code: 'OCCURRENCE_FULL' });
  await cancel.execute(early, { registrationId: taken.id, reason: null, idempotencyKey: 'c' });
  expect(await register.execute(late, inputFor(occurrence.id, 'b'))).toMatchObject({ status: 'CONFIRMED' });
});

test('a cancellation under a key, fifty times at once: one effect, identical answers', async () => {
  const { occurrence, tenantId } = await published();
  const me = viewer(tenantId);
  const { register, cancel } = service();
  const mine = await register.execute(me, inputFor(occurrence.id, 'a'));
  const cancelling = { registrationId: mine.id, reason: 'ill', idempotencyKey: 'b' };
  const answers = await Promise.all(Array.from({ length: 50 }, () => cancel.execute(me, cancelling)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 'CANCELLED', version: 2 });
});
