export interface Edit {
  readonly file: string;
  /** Must be in the file exactly once: a mutant whose place is gone proves nothing. */
  readonly find: string;
  readonly replace: string;
}

/** One deliberate fault of the source, and the tests that must notice it. */
export interface Mutant extends Edit {
  readonly name: string;
  /** The second lock, where one alone would hold. */
  readonly also?: Edit;
  readonly killedBy: readonly NamedTest[];
}

export interface NamedTest {
  readonly file: string;
  /** The full name, describe blocks included. */
  readonly name: string;
}

const inSecondLock = (name: string): NamedTest => ({ file: 'test/integration/booking/second-lock.test.ts', name });

const inOutage = (name: string): NamedTest => ({ file: 'test/e2e/redis-outage.test.ts', name });
const inCache = (name: string): NamedTest => ({ file: 'test/integration/cache/cache.test.ts', name });

const inQueue = (name: string): NamedTest => ({ file: 'test/unit/booking/booking-queue.test.ts', name });

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'queue: a tenant with more waiting goes first again',
    file: 'src/use-cases/booking-queue.ts',
    find: 'if (this.waitingOf(tenantId) > 0) this.#turns.push(tenantId);',
    replace: 'if (this.waitingOf(tenantId) > 0) this.#turns.unshift(tenantId);',
    killedBy: [
      inQueue('a storm at some tenants holds up another by one transaction of each, however long they queue'),
      inQueue('places tenants take turns, however much one of them has waiting'),
    ],
  },
  {
    name: 'queue: everybody who waits is looked at again for whoever joins',
    file: 'src/use-cases/booking-lane.ts',
    find: 'let scanned = this.#passed;',
    replace: 'let scanned = 0; left.length = 0;',
    killedBy: [inQueue('a storm is looked at once while it waits, not again with everybody who joins')],
  },
  {
    name: 'queue: who was passed over stays so when the key comes free',
    file: 'src/use-cases/booking-lane.ts',
    find: '    this.#passed = 0;\n    this.#blocked.clear();',
    replace: '',
    killedBy: [inQueue('the order of arrival is kept for one date: what a transaction under way holds waits for it')],
  },
  {
    name: 'queue: one tenant may fill all of it',
    file: 'src/use-cases/booking-queue.ts',
    find: ' || this.waitingOf(tenantId) >= MAX_WAITING_PER_TENANT',
    replace: '',
    killedBy: [inQueue('a storm may leave 10000 waiting at one tenant and 20000 in all; what goes makes room')],
  },
  {
    name: 'lane: what was put back hides what is past its deadline behind it',
    file: 'src/use-cases/booking-lane.ts',
    find: '    this.#mixed = true;\n',
    replace: '',
    killedBy: [inQueue('a deadline is looked for behind what was put back, too')],
  },
  {
    name: 'engine: a full queue still takes commands',
    file: 'src/use-cases/booking-engine.ts',
    find: ' || this.#queue.isFullFor(scope.tenantId)) {\n      return Promise.resolve',
    replace: ') {\n      return Promise.resolve',
    killedBy: [
      {
        file: 'test/unit/booking/booking-engine.test.ts',
        name: 'a queue that is full of commands says BUSY at once, and other tenants and edits still get in',
      },
    ],
  },
  {
    name: 'ledger: what an earlier command of the batch took is not seen',
    file: 'src/domain/booking/ledger.ts',
    find: '...(state?.added ?? [])',
    replace: '',
    killedBy: [
      {
        file: 'test/unit/booking/decide.test.ts',
        name: 'registering twice for one date is told so, also in one batch (BLOCK)',
      },
    ],
  },
  {
    name: 'a key of the cache names no tenant',
    file: 'src/platform/cache-key.ts',
    find: 't:${tenantId}:${noun}',
    replace: 't:${noun}',
    killedBy: [inCache('a read-through cache keeps organizations apart')],
  },
  {
    name: 'memory takes a value that was read before a change',
    file: 'src/platform/cache.ts',
    find: 'for (const generation of generations) this.#shelves.delete(generation);',
    replace: '',
    killedBy: [
      inCache(
        'after a change a reader that read the database before it brings the old value back neither for its own process',
      ),
      inCache('after a change nobody joins a read that began before it'),
    ],
  },
  {
    name: 'Redis takes a value that was read before a change',
    file: 'src/platform/cache-shared.ts',
    find: 'text.startsWith(`${generation}\\n`)',
    replace: 'text.length > 0',
    killedBy: [inCache('after a change nor for other processes')],
  },
  {
    name: 'a change that Redis refused is forgotten',
    file: 'src/platform/cache-shared.ts',
    find: 'if (paid === undefined) return;',
    replace: '',
    killedBy: [
      inCache(
        'a change that Redis does not hear of is told later when Redis refused it, and until then that process takes nothing of Redis',
      ),
    ],
  },
  {
    name: 'an earlier change pays for a later one',
    file: 'src/platform/cache-shared.ts',
    find: 'if (this.#owed.get(key) === change) this.#owed.delete(key);',
    replace: 'if (change) this.#owed.delete(key);',
    killedBy: [inCache('a change that Redis does not hear of is not taken for told because an earlier one was')],
  },
  {
    name: 'a commit tells no cache',
    file: 'src/store/unit-of-work.ts',
    find: 'await this.cache.changed([...tx.changed.values()]);',
    replace: '',
    killedBy: [inOutage('requests that read, edit and register are answered from the cache where it can')],
  },
  {
    name: 'live changes are followed without the tenant',
    file: 'src/use-cases/live/live-feed.ts',
    find: '`${tenantId}|${id}`;',
    replace: '`x|${id}` as Subject;',
    killedBy: [
      {
        file: 'test/integration/live/live-feed.test.ts',
        name: 'the feed brings a row to nobody of another tenant, whatever it names',
      },
    ],
  },
  {
    name: 'seats are taken without the compare-and-set',
    file: 'src/store/booking-statements.ts',
    find: 'filter: { _id: new Types.ObjectId(id), rev: expectedRev },',
    replace: 'filter: { _id: new Types.ObjectId(id) },',
    killedBy: [
      inSecondLock('a decision on a view out of date sells no seat twice: the occurrence’s compare-and-set refuses it'),
    ],
  },
  {
    name: 'the short cut takes seats without asking whether they are there',
    file: 'src/store/solo-registration.ts',
    find: 'seatsLeft: { $gte: seats },',
    replace: '',
    killedBy: [inSecondLock('the short cut sells no seat that is not there')],
  },
  {
    name: 'the bucket’s filter has no overlap term',
    file: 'src/store/booking-statements.ts',
    find: '...(add.length > 0 ? overlap : {})',
    replace: '',
    killedBy: [
      inSecondLock('a decision on a view out of date books nobody’s time twice: the bucket’s own filter refuses it'),
      inSecondLock('the short cut books nobody’s time twice'),
    ],
  },
  {
    name: 'a first booking begins a bucket of its own',
    file: 'src/store/booking-statements.ts',
    find: '  _id: key,\n  tenantId',
    replace: '  _id: `${key}|${Math.random()}`,\n  tenantId',
    killedBy: [
      inSecondLock(
        'a decision on a view out of date books nobody’s first time twice: there is no second bucket of one key',
      ),
    ],
  },
  {
    name: 'the journal is written outside the transaction',
    file: 'src/store/tenant-collection.ts',
    find: 'this.run(command, { session: tx.session })',
    replace: "this.run(command, this.name === 'journal' ? {} : { session: tx.session })",
    killedBy: [inSecondLock('what is rolled back leaves no journal row behind')],
  },
  {
    name: 'the idempotency key is looked up after the effect',
    file: 'src/domain/booking/decide.ts',
    find: 'const answer = replay(ledger, command) ?? judge(ledger, command, now);',
    replace: 'const judged = judge(ledger, command, now);\n    const answer = replay(ledger, command) ?? judged;',
    killedBy: [
      {
        file: 'test/integration/booking/idempotency.test.ts',
        name: 'a repeated key registers nobody anew: cancelled since, the registration is answered as it stands',
      },
    ],
  },
  {
    name: 'strictQuery: true drops what it does not know',
    file: 'src/platform/mongo-connection.ts',
    find: "mongoose.set('strictQuery', 'throw');",
    replace: "mongoose.set('strictQuery', true);",
    killedBy: [
      {
        file: 'test/integration/store/tenant-guard.test.ts',
        name: 'the seat belt of tenant isolation a misspelt tenant filter throws instead of matching every tenant',
      },
    ],
  },
  {
    name: 'a commit asks for no majority',
    file: 'src/store/unit-of-work.ts',
    find: "writeConcern: { w: 'majority', journal: true },",
    replace: 'writeConcern: { w: 1 },',
    killedBy: [inSecondLock('every commit waits for a majority, also when nothing was written')],
  },
];
