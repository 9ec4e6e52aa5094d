import type { BookingCommand } from '../../src/domain/booking/commands';
import type { BookingView } from '../../src/domain/booking/view';
import { BookingRepository } from '../../src/store/booking.repository';
import { Tx } from '../../src/store/unit-of-work';
import type { ReadScope } from '../../src/store/tenant-collection';
import { partsOn, type Parts } from './process';
import type { SlotMaker } from './simulation';
import { writeConflict } from './store/faults';
import type { Reply } from './store/commands';
import { MemoryClient } from './store/memory-client';
import { MemorySession, type SendOptions } from './store/memory-session';
import { emptyStore, memoryConnection } from './store/memory-connection';
import type { Doc } from './store/values';

/** A deliberate fault in how the service uses its database, and what a run has to say about it. */
export interface Mutant {
  readonly name: string;
  readonly found: RegExp;
  readonly slot: SlotMaker;
}

type Send = (command: Doc, options: SendOptions) => Promise<Reply>;
/** Stands between the repositories and the driver. */
type Tamper = (command: Doc, options: SendOptions, send: Send) => Promise<Reply>;
type SessionMaker = (client: MemoryClient) => MemorySession;

class TamperedClient extends MemoryClient {
  tamper: Tamper = (command, options, send) => send(command, options);
  session: SessionMaker = (client) => new MemorySession(client);

  override send(command: Doc, options: SendOptions): Promise<Reply> {
    return this.tamper(command, options, (changed, how) => super.send(changed, how));
  }

  override startSession(): MemorySession {
    return this.session(this);
  }
}

interface Parting {
  readonly tamper?: Tamper;
  readonly session?: SessionMaker;
  readonly booking?: (parts: Parts, given: ConstructorParameters<typeof BookingRepository>) => BookingRepository;
}

/** A process's place in which something is not as it should be. */
function slotWith({ tamper, session, booking }: Parting): SlotMaker {
  return () => {
    const client = new TamperedClient(emptyStore());
    if (tamper) client.tamper = tamper;
    if (session) client.session = session;
    const memory = memoryConnection(client);
    const parts = partsOn(memory.connection);
    const given = [memory.connection, parts.journal, parts.idempotency] as const;
    return { memory, parts: booking ? { ...parts, booking: booking(parts, [...given]) } : parts };
  };
}

const OK = { ok: 1 };
const countOf = (list: unknown): Reply => ({ ...OK, n: (list as unknown[]).length });

/** Reads as if there were no transaction: each find sees the newest. */
class ReadsBeforehand extends BookingRepository {
  override load(scope: ReadScope, commands: readonly BookingCommand[]): Promise<BookingView> {
    return super.load(scope instanceof Tx ? scope.scope : scope, commands);
  }
}

/** Decides again after a conflict, but on what it read the first time. */
class ReadsOnce extends BookingRepository {
  readonly #views = new WeakMap<readonly BookingCommand[], Promise<BookingView>>();

  override load(scope: ReadScope, commands: readonly BookingCommand[]): Promise<BookingView> {
    const view = this.#views.get(commands) ?? super.load(scope, commands);
    this.#views.set(commands, view);
    return view;
  }
}

/** Updates of an occurrence lose the compare-and-set that says "nobody booked meanwhile". */
const withoutCompareAndSet: Tamper = (command, options, send) => {
  if (command['update'] !== 'occurrences') return send(command, options);
  const updates = (command['updates'] as { q: Doc }[]).map(({ q, ...rest }) => {
    const filter = Object.fromEntries(Object.entries(q).filter(([field]) => field !== 'rev'));
    return { ...rest, q: filter };
  });
  return send({ ...command, updates }, options);
};

/** Overlaps are looked for among the registrations, and nothing is locked: the classic write skew. */
const withoutLockDocuments: Tamper = async (command, options, send) => {
  if (command['findAndModify'] !== undefined) return { ...OK, value: null };
  if (command['update'] === 'timeLocks') return countOf(command['updates']);
  if (command['find'] !== 'timeLocks') return send(command, options);
  const { _id, tenantId } = command['filter'] as { _id: { $in: string[] }; tenantId: unknown };
  const firstBatch: Doc[] = [];
  for (const key of _id.$in) {
    const filter = { tenantId, holder: key.split('|')[1], active: true };
    const reply = await send({ find: 'registrations', filter, batchSize: Infinity }, options);
    const theirs = (reply['cursor'] as { firstBatch: Doc[] }).firstBatch;
    const iv = theirs.map(({ s, e, _id: r, occurrenceId: o }) => ({ s, e, r, o }));
    firstBatch.push({ _id: key, iv });
  }
  return { ...OK, cursor: { id: 0, firstBatch } };
};

const journalOutside: Tamper = (command, options, send) =>
  send(command, command['insert'] === 'journal' ? {} : options);

/** The key is written when the effect is there already. */
class KeysAfterwards extends MemorySession {
  readonly late: Doc[] = [];

  constructor(private readonly owner: MemoryClient) {
    super(owner);
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    for (const command of this.late.splice(0)) await this.owner.send(command, {});
  }
}

const keysLater: Tamper = async (command, options, send) => {
  const { session } = options;
  if (command['insert'] !== 'idempotency' || !(session instanceof KeysAfterwards)) return send(command, options);
  if (session.inTransaction()) session.late.push(command);
  return countOf(command['documents']);
};

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && 'hasErrorLabel' in error && String(error.message).includes('at the commit');

class TakesUnknownForDone extends MemorySession {
  override commitTransaction(): Promise<void> {
    return super.commitTransaction().catch((error: unknown) => {
      if (!isUnknown(error)) throw error;
    });
  }
}

class TakesUnknownForUndone extends MemorySession {
  override commitTransaction(): Promise<void> {
    return super.commitTransaction().catch((error: unknown) => {
      throw isUnknown(error) ? writeConflict() : error;
    });
  }
}

/** `reliability.md` §3: a simulation that does not notice these would notice nothing. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'seats are reserved by what was read before the transaction, without compare-and-set',
    found: /counter says|seats of \d+ sold|seatsLeft drifted/,
    slot: slotWith({ tamper: withoutCompareAndSet, booking: (_parts, given) => new ReadsBeforehand(...given) }),
  },
  {
    name: 'overlaps are looked for without a lock document',
    found: /at the same time/,
    slot: slotWith({ tamper: withoutLockDocuments }),
  },
  {
    name: 'the journal is written outside of the transaction',
    found: /journal|phantom|effect of a no|twice/,
    slot: slotWith({ tamper: journalOutside }),
  },
  {
    name: 'the idempotency key is written after the effect',
    found: /^twice|two answers|no after yes/,
    slot: slotWith({ tamper: keysLater, session: (client) => new KeysAfterwards(client) }),
  },
  {
    name: 'a retry decides on what the first attempt read',
    found: /^fault|^alarm/,
    slot: slotWith({ booking: (_parts, given) => new ReadsOnce(...given) }),
  },
  {
    name: 'an unknown commit is taken for done',
    found: /^lost/,
    slot: slotWith({ session: (client) => new TakesUnknownForDone(client) }),
  },
  {
    name: 'an unknown commit is taken for not done',
    found: /effect of a no|no after yes|^twice|^fault/,
    slot: slotWith({ session: (client) => new TakesUnknownForUndone(client) }),
  },
];
