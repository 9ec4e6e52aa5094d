import { mongo, Types, type Connection } from 'mongoose';
import type { Holder, UserId } from '../../src/domain/ids';
import type { BookedInterval } from '../../src/domain/booking/view';
import { newId } from '../../src/platform/new-id';
import { fromNewBucket, occurrenceStatement } from '../../src/store/booking-statements';
import { fromRegistration } from '../../src/store/registration.schema';
import { TenantCollection, type Statement, type StatementError } from '../../src/store/tenant-collection';
import { booked, bucketChange, firstBucket, newHolder } from './booked-time';
import { publish } from './booking-client';
import { at, makeOccurrence, makeRegistration, makeScope } from './make';
import { unitOfWorkOn } from './store';

const WRITE_CONFLICT = 112;
const DUPLICATE_KEY = 11_000;
const NO_SUCH_TRANSACTION = 251;
const VALIDATION = 121;

/**
 * What the booking engine takes for granted about the server (F1 to F19 of its design). A new server version that moves
 * one of these facts fails here by name, before anything else does. The store of the simulation is asked
 * the same.
 */
export function mongoFacts(database: { readonly connection: Connection }): void {
  const scope = makeScope();
  const tenantId = new Types.ObjectId(scope.tenantId);
  const db = (): mongo.Db => database.connection.getClient().db(database.connection.name);

  interface Reply {
    readonly ok: number;
    readonly n: number;
    readonly upserted?: readonly { index: number }[];
    readonly writeErrors?: readonly { index: number; code: number; keyPattern?: object }[];
  }

  const sessions: mongo.ClientSession[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
      await session.endSession();
    }
  });

  /** An open transaction whose snapshot is taken: the first operation takes it. */
  async function begun(): Promise<mongo.ClientSession> {
    const session = database.connection.getClient().startSession();
    sessions.push(session);
    session.startTransaction({ readConcern: { level: 'local' }, writeConcern: { w: 'majority' } });
    await db().command({ find: 'events', filter: { _id: new Types.ObjectId() }, limit: 1 }, { session });
    return session;
  }
  async function send(statements: readonly Statement[], session?: mongo.ClientSession): Promise<Reply> {
    const updates = statements.map(({ filter, update, upsert }) => ({
      q: { ...filter, tenantId },
      u: update,
      upsert: upsert ?? false,
    }));
    return (await db().command(
      { update: 'timeLocks', updates, ordered: true },
      session ? { session } : {},
    )) as unknown as Reply;
  }
  /** The code with which a statement failed, wherever the reply says it; 0: it passed. */
  const codeOf = (work: Promise<Reply>): Promise<number> =>
    work.then(
      ({ writeErrors }) => writeErrors?.[0]?.code ?? 0,
      (error: unknown) => (error instanceof mongo.MongoServerError ? Number(error.code) : -1),
    );

  const acquire = (holder: Holder, interval: BookedInterval): Statement =>
    bucketChange(scope.tenantId, holder, { add: [interval] });
  const release = (holder: Holder, { registrationId }: BookedInterval): Statement =>
    bucketChange(scope.tenantId, holder, { remove: [registrationId] });

  describe('two inserts of one bucket (F10)', () => {
    it('the other one is under way: conflict, at once', async () => {
      const holder = newHolder();
      const [first, second] = [await begun(), await begun()];
      await send([acquire(holder, booked(1, 2))], first);
      expect(await codeOf(send([acquire(holder, booked(3, 4))], second))).toBe(WRITE_CONFLICT);
    });

    it('the other one was committed after my snapshot: conflict, overlapping or not', async () => {
      for (const mine of [booked(1, 2), booked(3, 4)]) {
        const holder = newHolder();
        const [first, second] = [await begun(), await begun()];
        await send([acquire(holder, booked(1, 2))], first);
        await first.commitTransaction();
        expect(await codeOf(send([acquire(holder, mine)], second))).toBe(WRITE_CONFLICT);
      }
    });

    it('an overlap was there before my snapshot: E11000; touching and disjoint ones pass', async () => {
      const holder = newHolder();
      await send([acquire(holder, booked(1, 2))]);
      for (const [interval, code] of [
        [booked(1.5, 3), DUPLICATE_KEY],
        [booked(0.5, 2.5), DUPLICATE_KEY],
        [booked(2, 3), 0],
        [booked(0, 1), 0],
        [booked(5, 6), 0],
      ] as const) {
        expect(await codeOf(send([acquire(holder, interval)], await begun()))).toBe(code);
        await sessions.at(-1)?.abortTransaction();
      }
    });

    it('the overlap is being released, or was released after my snapshot: refused, I came first', async () => {
      for (const committed of [false, true]) {
        const holder = newHolder();
        const there = booked(1, 2);
        await send([acquire(holder, there)]);
        const [mine, other] = [await begun(), await begun()];
        await send([release(holder, there)], other);
        if (committed) await other.commitTransaction();
        expect(await codeOf(send([acquire(holder, booked(1.5, 3))], mine))).toBe(DUPLICATE_KEY);
      }
    });

    it('a bucket that another transaction changes: conflict, though the times are disjoint', async () => {
      const holder = newHolder();
      await send([acquire(holder, booked(1, 2))]);
      const [first, second] = [await begun(), await begun()];
      await send([acquire(holder, booked(3, 4))], first);
      expect(await codeOf(send([acquire(holder, booked(5, 6))], second))).toBe(WRITE_CONFLICT);
    });
  });

  describe('a plain insert of a bucket that was not there for my snapshot', () => {
    const begin = (holder: Holder, session: mongo.ClientSession): Promise<number> => {
      const documents = [fromNewBucket({ ...firstBucket(scope.tenantId, holder), booked: [] })];
      return codeOf(db().command({ insert: 'timeLocks', documents }, { session }) as unknown as Promise<Reply>);
    };

    it('that another one inserts, or inserted meanwhile: conflict, at once', async () => {
      for (const committed of [false, true]) {
        const holder = newHolder();
        const [first, second] = [await begun(), await begun()];
        await send([acquire(holder, booked(1, 2))], first);
        if (committed) await first.commitTransaction();
        expect(await begin(holder, second)).toBe(WRITE_CONFLICT);
      }
    });

    it('that was there all the same: E11000', async () => {
      const holder = newHolder();
      await send([acquire(holder, booked(1, 2))]);
      expect(await begin(holder, await begun())).toBe(DUPLICATE_KEY);
    });
  });

  describe('several statements in one command (F6)', () => {
    it('all fine: `n` is the number sent, `upserted` lists the new ones', async () => {
      const [one, other] = [newHolder(), newHolder()];
      await send([acquire(one, booked(1, 2))]);
      const reply = await send([acquire(one, booked(3, 4)), acquire(other, booked(1, 2))], await begun());
      expect(reply).toMatchObject({ ok: 1, n: 2, upserted: [{ index: 1 }] });
    });

    it('an overlap at the second: `ok: 1`, and the error says which; the transaction is dead', async () => {
      const [one, other] = [newHolder(), newHolder()];
      await send([acquire(other, booked(1, 2))]);
      const session = await begun();
      const reply = await send([acquire(one, booked(1, 2)), acquire(other, booked(1, 2))], session);
      expect(reply).toMatchObject({
        ok: 1,
        n: 1,
        writeErrors: [{ index: 1, code: DUPLICATE_KEY, keyPattern: { _id: 1 } }],
      });
      await expect(send([acquire(one, booked(5, 6))], session)).rejects.toMatchObject({ code: NO_SUCH_TRANSACTION });
      expect(await db().collection<{ _id: string }>('timeLocks').countDocuments({ holder: one })).toBe(0);
    });

    it('E11000 carries no label that asks for a retry; a conflict does (F7)', async () => {
      const holder = newHolder();
      await send([acquire(holder, booked(1, 2))]);
      const [first, second] = [await begun(), await begun()];
      await send([acquire(holder, booked(3, 4))], first);
      const conflict: unknown = await send([acquire(holder, booked(5, 6))], second).catch((error: unknown) => error);
      expect(conflict).toMatchObject({ code: WRITE_CONFLICT });
      expect((conflict as mongo.MongoServerError).hasErrorLabel('TransientTransactionError')).toBe(true);
    });
  });

  describe('moving an interval in one pipeline statement', () => {
    const ivOf = async (holder: Holder): Promise<unknown> =>
      (await db().collection('timeLocks').findOne({ holder }))?.['iv'];

    it('makes the bucket where there is none, with everything that the validator asks for', async () => {
      const holder = newHolder();
      const [before, after] = [booked(1, 2), booked(3, 4)];
      const reply = await send(
        [bucketChange(scope.tenantId, holder, { remove: [before.registrationId], add: [after] })],
        await begun(),
      );
      expect(reply).toMatchObject({ n: 1, upserted: [{ index: 0 }] });
    });

    it('shifts it over its own old time', async () => {
      const holder = newHolder();
      const before = booked(1, 2);
      await send([acquire(holder, before)]);
      const after = { ...before, startsAt: at(1.5), endsAt: at(2.5) };
      expect(
        await send([bucketChange(scope.tenantId, holder, { remove: [before.registrationId], add: [after] })]),
      ).toMatchObject({ n: 1 });
      expect(await ivOf(holder)).toMatchObject([{ s: at(1.5), e: at(2.5) }]);
    });

    it('is refused over somebody else’s time', async () => {
      const holder = newHolder();
      const [before, other] = [booked(1, 2), booked(3, 4)];
      await send([acquire(holder, before)]);
      await send([acquire(holder, other)]);
      const after = { ...before, startsAt: at(3.5), endsAt: at(5) };
      const moved = send(
        [bucketChange(scope.tenantId, holder, { remove: [before.registrationId], add: [after] })],
        await begun(),
      );
      expect(await codeOf(moved)).toBe(DUPLICATE_KEY);
    });
  });

  describe('sixty at once for one new bucket, one transaction each, decided again on conflict', () => {
    const PATIENCE_MS = 30_000;

    it.each([
      ['disjoint: all of them', (n: number) => booked(n / 60, (n + 1) / 60), 60],
      ['overlapping: exactly one, the rest E11000', () => booked(1, 2), 1],
    ])('%s', async (_name, interval, passed) => {
      const unitOfWork = unitOfWorkOn(database.connection);
      const timeLocks = new TenantCollection(database.connection, 'timeLocks');
      const holder = newHolder();
      const settled = await Promise.allSettled(
        Array.from({ length: 60 }, (_, n) =>
          unitOfWork.run(scope, (tx) => timeLocks.update(tx, [acquire(holder, interval(n))]), PATIENCE_MS),
        ),
      );
      const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as StatementError] : []));
      expect(refused).toHaveLength(60 - passed);
      expect(refused.every(({ code }) => code === DUPLICATE_KEY)).toBe(true);
    });
  });

  describe('conflicts inside and outside of transactions', () => {
    const counters = (): mongo.Collection<{ _id: string; n: number }> => db().collection('facts');
    beforeAll(() => db().createCollection('facts'));
    const increment = { $inc: { n: 1 } };
    const fresh = async (): Promise<string> => (await counters().insertOne({ _id: newId(), n: 0 })).insertedId;

    it('touching the hot document last does not protect: my snapshot is older than the commit (F2)', async () => {
      const hot = await fresh();
      const mine = await begun();
      await counters().updateOne({ _id: hot }, increment);
      await expect(counters().updateOne({ _id: hot }, increment, { session: mine })).rejects.toMatchObject({
        code: WRITE_CONFLICT,
      });
    });

    it('a plain update of a document that a transaction holds waits, and then succeeds (F3)', async () => {
      const hot = await fresh();
      const holder = await begun();
      await counters().updateOne({ _id: hot }, increment, { session: holder });
      const waiting = counters().updateOne({ _id: hot }, increment);
      await holder.commitTransaction();
      expect(await waiting).toMatchObject({ modifiedCount: 1 });
      expect(await counters().findOne({ _id: hot })).toMatchObject({ n: 2 });
    });

    it('setting a value that is there already takes no lock (F18)', async () => {
      const hot = await fresh();
      const [first, second] = [await begun(), await begun()];
      await counters().updateOne({ _id: hot }, { $set: { n: 0 } }, { session: first });
      expect(await counters().updateOne({ _id: hot }, increment, { session: second })).toMatchObject({
        modifiedCount: 1,
      });
    });

    it('two who read the same and write different documents both commit: write skew (F19)', async () => {
      const [one, other] = [await fresh(), await fresh()];
      const [first, second] = [await begun(), await begun()];
      for (const [session, _id] of [
        [first, one],
        [second, other],
      ] as const) {
        expect(await counters().countDocuments({ _id: { $in: [one, other] }, n: 1 }, { session })).toBe(0);
        await counters().updateOne({ _id }, increment, { session });
      }
      await first.commitTransaction();
      await second.commitTransaction();
      expect(await counters().countDocuments({ _id: { $in: [one, other] }, n: 1 })).toBe(2);
    });

    it('a second commit of a committed transaction is a success (F13)', async () => {
      const hot = await fresh();
      const session = await begun();
      await counters().updateOne({ _id: hot }, increment, { session });
      await session.commitTransaction();
      await session.commitTransaction();
      expect(await counters().findOne({ _id: hot })).toMatchObject({ n: 1 });
    });

    it('a find answers 101 documents unless told otherwise, and says so only by its cursor', async () => {
      const ids = Array.from({ length: 150 }, () => newId<string>());
      await counters().insertMany(ids.map((_id) => ({ _id, n: 0 })));
      const { cursor } = (await db().command({ find: 'facts', filter: { _id: { $in: ids } } })) as unknown as {
        cursor: { id: mongo.Long | number; firstBatch: unknown[] };
      };
      expect(cursor.firstBatch).toHaveLength(101);
      expect(Number(cursor.id)).not.toBe(0);
    });
  });

  describe('a secondary unique key, and one that only some documents have (F10)', () => {
    const target = (): string => `registration:${newId()}`;
    const row = (of: string): Record<string, unknown> => ({
      _id: new Types.ObjectId(),
      ...{ tenantId, target: of, version: 1, type: 'REGISTERED', actor: 'u', requestId: 'r', p: {}, at: at(0) },
    });
    const insert = (collection: string, document: object, session?: mongo.ClientSession): Promise<Reply> =>
      db().command(
        { insert: collection, documents: [document] },
        session ? { session } : {},
      ) as unknown as Promise<Reply>;

    it('the other one is under way, or was committed after my snapshot: conflict', async () => {
      for (const committed of [false, true]) {
        const of = target();
        const [first, second] = [await begun(), await begun()];
        await insert('journal', row(of), first);
        if (committed) await first.commitTransaction();
        expect(await codeOf(insert('journal', row(of), second))).toBe(WRITE_CONFLICT);
      }
    });

    it('the other one was there before: E11000, which names the key', async () => {
      const of = target();
      await insert('journal', row(of));
      expect(await insert('journal', row(of), await begun())).toMatchObject({
        writeErrors: [{ code: DUPLICATE_KEY, keyPattern: { tenantId: 1, target: 1, version: 1 } }],
      });
    });

    it('the other one is leaving the partial index, or left it after my snapshot: E11000; before it: free', async () => {
      const occurrence = makeOccurrence(scope.tenantId);
      const userId = newId<UserId>();
      const mine = (): object => fromRegistration(makeRegistration(occurrence, userId));
      const there = fromRegistration(makeRegistration(occurrence, userId));
      await insert('registrations', there);
      const cancel = { $set: { status: 'CANCELLED' }, $unset: { active: '' } };
      const [early, late, other] = [await begun(), await begun(), await begun()];
      await db().collection('registrations').updateOne({ _id: there._id, tenantId }, cancel, { session: other });
      expect(await codeOf(insert('registrations', mine(), early))).toBe(DUPLICATE_KEY);
      await other.commitTransaction();
      expect(await codeOf(insert('registrations', mine(), late))).toBe(DUPLICATE_KEY);
      expect(await codeOf(insert('registrations', mine(), await begun()))).toBe(0);
    });
  });

  describe('what a transaction sees', () => {
    it('is its snapshot and its own writes, whatever others commit', async () => {
      const holder = newHolder();
      const countOf = (session: mongo.ClientSession): Promise<number> =>
        db().collection('timeLocks').countDocuments({ tenantId, holder }, { session });
      const mine = await begun();
      await send([acquire(holder, booked(1, 2))]);
      expect(await countOf(mine)).toBe(0);
      const other = newHolder();
      await send([acquire(other, booked(1, 2))], mine);
      expect(await db().collection('timeLocks').countDocuments({ tenantId, holder: other }, { session: mine })).toBe(1);
      expect(await db().collection('timeLocks').countDocuments({ tenantId, holder: other })).toBe(0);
      await mine.abortTransaction();
      expect(await db().collection('timeLocks').countDocuments({ tenantId, holder: other })).toBe(0);
    });

    it('an aborted one cannot be committed, and the driver does not try', async () => {
      const mine = await begun();
      await mine.abortTransaction();
      await expect(mine.commitTransaction()).rejects.toBeInstanceOf(mongo.MongoTransactionError);
    });

    it('a commit that finds its transaction aborted by an error says so', async () => {
      const holder = newHolder();
      const [first, second] = [await begun(), await begun()];
      await send([acquire(holder, booked(1, 2))], first);
      expect(await codeOf(send([acquire(holder, booked(3, 4))], second))).toBe(WRITE_CONFLICT);
      await expect(second.commitTransaction()).rejects.toMatchObject({ code: NO_SUCH_TRANSACTION });
    });
  });

  describe('the validator', () => {
    it.each([
      ['a seat too many', { confirmedSeats: 11, seatsLeft: -1 }],
      ['a drifting counter', { confirmedSeats: 1 }],
    ])('refuses %s with 121, in a transaction too, which is dead then', async (_name, set) => {
      const occurrence = makeOccurrence(scope.tenantId);
      await publish(database.connection, [occurrence]);
      const { filter, update } = occurrenceStatement({ id: occurrence.id, expectedRev: 0, set });
      const session = await begun();
      const command = { update: 'occurrences', updates: [{ q: filter, u: update }] };
      expect(await codeOf(db().command(command, { session }) as unknown as Promise<Reply>)).toBe(VALIDATION);
      await expect(db().command(command, { session })).rejects.toMatchObject({ code: NO_SUCH_TRANSACTION });
    });
  });
}
