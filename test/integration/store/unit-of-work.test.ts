import { mongo, Types } from 'mongoose';
import { OutcomeUnknownError, RefusedError } from '../../../src/domain/errors';
import type { JournalId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { databaseErrorOf } from '../../../src/store/database-error';
import { runMigrations } from '../../../src/store/migrations';
import { TenantCollection } from '../../../src/store/tenant-collection';
import { Tx, type UnitOfWork } from '../../../src/store/unit-of-work';
import { whileFailing } from '../../support/fail-point';
import { makeScope, makeUser, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { storeOn, type Store, unitOfWorkOn } from '../../support/store';

const database = testDatabase();
const scope = makeScope();
const COUNTER = 'counter';
let store: Store;
let unitOfWork: UnitOfWork;
let counters: TenantCollection<{ _id: string; tenantId: Types.ObjectId; n: number }>;

beforeAll(async () => {
  await runMigrations(database.connection);
  await database.connection.createCollection('counters');
});
beforeEach(async () => {
  store = storeOn(database.connection);
  unitOfWork = unitOfWorkOn(database.connection);
  counters = new TenantCollection(database.connection, 'counters');
  await database.connection.collection('counters').deleteMany({});
  await unitOfWork.run(scope, (tx) =>
    counters.insert(tx, [{ _id: COUNTER, tenantId: new Types.ObjectId(scope.tenantId), n: 0 }]),
  );
});

const increment = (tx: Tx) => counters.update(tx, [{ filter: { _id: COUNTER }, update: { $inc: { n: 1 } } }]);
const count = async (): Promise<number> => {
  const [counter] = await counters.find(scope, { filter: {}, expected: 1 });
  return counter?.n ?? NaN;
};

const journalRow = () => ({
  id: newId<JournalId>(),
  tenantId: scope.tenantId,
  type: 'EVENT_CREATED' as const,
  target: `event:${newId()}`,
  version: 1,
  actor: 's:test',
  requestId: 'test-request',
  p: {},
  at: NOW,
});

/** Work that counts how often it is begun, and leaves a journal row unless told not to. */
function counting({ witness = true } = {}) {
  const row = journalRow();
  const work = Object.assign(
    async (tx: Tx): Promise<string> => {
      work.begun += 1;
      await increment(tx);
      if (witness) await store.journal.add(tx, [row]);
      return 'done';
    },
    { begun: 0 },
  );
  return work;
}

/** A door that one piece of work waits at until another opens it. */
function door() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe('a transaction', () => {
  it('happens as a whole', async () => {
    const user = makeUser(scope.tenantId);
    const failing = unitOfWork.run(scope, async (tx) => {
      await increment(tx);
      await store.users.add(tx, user);
      throw new RefusedError({ code: 'LAST_ADMIN' });
    });

    await expect(failing).rejects.toMatchObject({ code: 'LAST_ADMIN' });
    expect(await count()).toBe(0);
    expect(await store.users.findById(scope, user.id)).toBeNull();
  });

  it('is seen by nobody else before its end, and by its own reads at once', async () => {
    await unitOfWork.run(scope, async (tx) => {
      await increment(tx);
      const [own] = await counters.find(tx, { filter: {}, expected: 1 });

      expect(own?.n).toBe(1);
      expect(await count()).toBe(0);
    });
    expect(await count()).toBe(1);
  });

  it('that a competitor got in the way of is decided again, and both count', async () => {
    const { opened, open } = door();
    const first = unitOfWork.run(scope, async (tx) => {
      await increment(tx);
      await opened;
    });
    let begun = 0;
    const second = unitOfWork.run(scope, async (tx) => {
      begun += 1;
      if (begun === 2) open();
      await increment(tx);
    });
    await Promise.all([first, second]);

    expect(begun).toBeGreaterThan(1);
    expect(await count()).toBe(2);
    expect(unitOfWork.stats.committed).toBe(3);
    expect(unitOfWork.stats.aborted).toBe(begun - 1);
  });

  it('that never gets through answers BUSY within its budget, and has no effect', async () => {
    const { opened, open } = door();
    const holding = door();
    const holder = unitOfWork.run(scope, async (tx) => {
      await increment(tx);
      holding.open();
      await opened;
    });
    await holding.opened;
    await expect(unitOfWork.run(scope, increment, 200)).rejects.toMatchObject({
      refusal: { code: 'BUSY', retryAfterMs: 250 },
    });
    // That it is answered at all while the holder holds on is the point: nobody gives way before this line.
    open();
    await holder;

    expect(await count()).toBe(1);
  });

  it('that hits a unique key is over at once: the key says no, however often it is asked', async () => {
    let begun = 0;
    const twice = unitOfWork.run(scope, async (tx) => {
      begun += 1;
      await increment(tx);
      await counters.insert(tx, [{ _id: COUNTER, tenantId: new Types.ObjectId(scope.tenantId), n: 7 }]);
    });
    const error = await twice.catch((thrown: unknown) => thrown);

    expect(databaseErrorOf(error)).toBe('DUPLICATE');
    expect(begun).toBe(1);
    expect(await count()).toBe(0);
  });

  it('that a validator refuses is over at once', async () => {
    const error = await unitOfWork
      .run(scope, (tx) => store.journal.add(tx, [{ ...journalRow(), version: 0 }]))
      .catch((thrown: unknown) => thrown);

    expect(databaseErrorOf(error)).toBe('INVALID');
  });

  it('cannot be made by anybody but the unit of work', () => {
    const session = database.connection.getClient().startSession();

    expect(() => Reflect.construct(Tx, [Symbol('mine'), scope, session]) as Tx).toThrow(/only the unit of work/);
    return session.endSession();
  });

  it('whose owner died is out of the way after a few seconds', async () => {
    const session = database.connection.getClient().startSession();
    session.startTransaction();
    await database.connection
      .collection('counters')
      .updateOne({ tenantId: new Types.ObjectId(scope.tenantId) }, { $inc: { n: 100 } }, { session });

    // Nobody commits or aborts it; mongod does, after `transactionLifetimeLimitSeconds`.
    await unitOfWork.run(scope, increment, 20_000);
    expect(await count()).toBe(1);
    await session.endSession();
  }, 30_000);
});

/** What the driver throws, without any label, where a connection went stale under a statement, or no primary is found. */
const UNREACHED: [string, Error][] = [
  ['the connection was given up', new mongo.MongoNetworkError('interrupted due to server monitor timeout')],
  ['there is no primary', Reflect.construct(mongo.MongoServerSelectionError, ['no primary', {}]) as Error],
];

describe.each(UNREACHED)('a server that is not reached: %s', (_name, error) => {
  it('in the middle of the work: it is done again', async () => {
    const work = counting();
    const run = unitOfWork.run(scope, async (tx) => {
      const answer = await work(tx);
      if (work.begun <= 2) throw error;
      return answer;
    });

    expect(await run).toBe('done');
    expect(work.begun).toBe(3);
    expect(await count()).toBe(1);
  });

  it('for longer than the budget: BUSY, for nothing happened', async () => {
    const run = unitOfWork.run(scope, (tx) => increment(tx).then(() => Promise.reject(error)), 100);

    await expect(run).rejects.toMatchObject({ refusal: { code: 'BUSY' } });
    expect(await count()).toBe(0);
  });

  it.each([1, 3])(
    'when it answers the commit, %i times: it is asked again, and the work is not repeated',
    async (n) => {
      const work = counting();

      expect(await whileUnheard(n, error, () => unitOfWork.run(scope, work))).toBe('done');
      expect(work.begun).toBe(1);
      expect(await count()).toBe(1);
    },
  );

  it('when it answers any commit: the journal row tells', async () => {
    const work = counting();

    expect(await whileUnheard(Infinity, error, () => unitOfWork.run(scope, work))).toBe('done');
    expect(work.begun).toBe(1);
    expect(await count()).toBe(1);
  });
});

/** The server does what a commit says, but its answer is lost on the way: the first so many times. */
async function whileUnheard<T>(times: number, error: Error, work: () => Promise<T>): Promise<T> {
  const client = database.connection.getClient();
  const start = client.startSession.bind(client);
  let unheard = 0;
  const spy = jest.spyOn(client, 'startSession').mockImplementation((options) => {
    const session = start(options);
    const commit = session.commitTransaction.bind(session);
    session.commitTransaction = async () => {
      await commit();
      unheard += 1;
      if (unheard <= times) throw error;
    };
    return session;
  });
  try {
    return await work();
  } finally {
    spy.mockRestore();
  }
}

describe('a server that fails', () => {
  it('in the middle of the work: it is done again', async () => {
    const work = counting();
    const failure = { failCommands: ['insert'], errorCode: 112, errorLabels: ['TransientTransactionError'], times: 2 };

    expect(await whileFailing(database.connection, failure, () => unitOfWork.run(scope, work))).toBe('done');
    expect(work.begun).toBe(3);
    expect(await count()).toBe(1);
  });

  it('when the commit is sent: it is sent again, and the work is not repeated', async () => {
    const work = counting();
    const failure = { failCommands: ['commitTransaction'], closeConnection: true, times: 3 };

    expect(await whileFailing(database.connection, failure, () => unitOfWork.run(scope, work))).toBe('done');
    expect(work.begun).toBe(1);
    expect(await count()).toBe(1);
  });

  it('to answer a commit that it made: the journal row tells', async () => {
    const work = counting();
    const failure = {
      failCommands: ['commitTransaction'],
      writeConcernError: { code: 64, errmsg: 'waiting timed out' },
    };

    expect(await whileFailing(database.connection, failure, () => unitOfWork.run(scope, work))).toBe('done');
    expect(work.begun).toBe(1);
    expect(await count()).toBe(1);
  });

  it('to answer a commit that it made, and nothing can tell: the outcome is unknown, and the work is not repeated', async () => {
    const work = counting({ witness: false });
    const failure = {
      failCommands: ['commitTransaction'],
      writeConcernError: { code: 64, errmsg: 'waiting timed out' },
    };
    const run = whileFailing(database.connection, failure, () => unitOfWork.run(scope, work));

    await expect(run).rejects.toThrow(OutcomeUnknownError);
    expect(work.begun).toBe(1);
    expect(await count()).toBe(1);
  });

  it('to answer any commit: a row that is not there yet proves nothing, so the outcome is unknown', async () => {
    const work = counting();
    const failure = { failCommands: ['commitTransaction'], errorCode: 50 };
    let leftOpen: Tx | undefined;
    const run = whileFailing(database.connection, failure, () =>
      unitOfWork.run(scope, (tx) => {
        leftOpen = tx;
        return work(tx);
      }),
    );

    await expect(run).rejects.toThrow(OutcomeUnknownError);
    expect(work.begun).toBe(1);
    if (leftOpen) await loseTransaction(leftOpen);
  });

  it('by losing the transaction before its commit: the work is done again', async () => {
    const work = counting();
    const run = unitOfWork.run(scope, async (tx) => {
      const answer = await work(tx);
      if (work.begun === 1) await loseTransaction(tx);
      return answer;
    });

    expect(await run).toBe('done');
    expect(work.begun).toBe(2);
    expect(await count()).toBe(1);
  });

  it('to answer a commit, and then has no trace of the transaction: the journal row tells', async () => {
    const work = counting();
    const failure = { failCommands: ['commitTransaction'], errorCode: 50, times: 1 };
    const run = whileFailing(database.connection, failure, () =>
      unitOfWork.run(scope, async (tx) => {
        const answer = await work(tx);
        if (work.begun === 1) await loseTransaction(tx);
        return answer;
      }),
    );

    expect(await run).toBe('done');
    expect(work.begun).toBe(2);
    expect(await count()).toBe(1);
  });
});

/** As a server does that restarts, or fails over, with the transaction still open. */
async function loseTransaction({ session }: Tx): Promise<void> {
  await database.connection
    .getClient()
    .db('admin')
    .command({ killSessions: [session.id] });
}
