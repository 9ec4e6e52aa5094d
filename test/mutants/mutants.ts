/** One deliberate fault of the source, and the tests that must notice it. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Must be in the file exactly once: a mutant whose place is gone proves nothing. */
  readonly find: string;
  readonly replace: string;
  readonly killedBy: readonly NamedTest[];
}

export interface NamedTest {
  readonly file: string;
  /** The full name, describe blocks included. */
  readonly name: string;
}

const inSecondLock = (name: string): NamedTest => ({ file: 'test/integration/booking/second-lock.test.ts', name });

export const MUTANTS: readonly Mutant[] = [
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
    name: 'the journal is written outside the transaction',
    file: 'src/store/tenant-collection.ts',
    find: 'scope instanceof Tx ? { session: scope.session } : {}',
    replace: "scope instanceof Tx && this.name !== 'journal' ? { session: scope.session } : {}",
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
