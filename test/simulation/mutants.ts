import { RETRY_AFTER_MS, refused, type Answer, type BookingCommand } from '../../src/domain/booking/commands';
import type { BookingView } from '../../src/domain/booking/view';
import { BookingRepository } from '../../src/store/booking.repository';
import type { TenantScope } from '../../src/domain/scope';
import { RETRY_BUDGET_MS, Tx } from '../../src/store/unit-of-work';
import type { ReadScope } from '../../src/store/tenant-collection';
import { BookingEngine } from '../../src/use-cases/booking-engine';
import type { SlotMaker } from './fleet';
import { writeConflict } from './store/faults';
import type { Reply } from './store/commands';
import type { MemoryClient } from './store/memory-client';
import { MemorySession } from './store/memory-session';
import type { Doc } from './store/values';
import { slotWith, type Tamper } from './tampering';

/** A deliberate fault in how the service uses its database, and what a run has to say about it. */
export interface Mutant {
  readonly name: string;
  readonly found: RegExp;
  readonly slot: SlotMaker;
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

/** Only of a removal: no registration and no counter tells. */
class TakesUnknownRemovalForDone extends TakesUnknownForDone {
  isRemoval = false;

  override commitTransaction(): Promise<void> {
    return this.isRemoval ? super.commitTransaction() : MemorySession.prototype.commitTransaction.call(this);
  }
}

const marksRemovals: Tamper = (command, options, send) => {
  const { session } = options;
  const isRemoval =
    command['insert'] === 'journal' && (command['documents'] as Doc[]).some(({ type }) => type === 'USER_REMOVED');
  if (isRemoval && session instanceof TakesUnknownRemovalForDone) session.isRemoval = true;
  return send(command, options);
};

/** Whoever takes a place after one was lost waits for it in vain, and is told "later": for ever, and without an error. */
class LosesItsPlace extends BookingEngine {
  #lost = false;

  override submit(scope: TenantScope, command: BookingCommand): Promise<Answer> {
    if (this.#lost) return new Promise((resolve) => setTimeout(() => resolve(BUSY), RETRY_BUDGET_MS));
    return super.submit(scope, command).catch((error: unknown) => {
      this.#lost = true;
      throw error;
    });
  }
}

const BUSY = refused({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS });

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
  {
    name: 'an unknown commit of a removal is taken for done',
    found: /^lost: \S+ \(remove\)/,
    slot: slotWith({ tamper: marksRemovals, session: (client) => new TakesUnknownRemovalForDone(client) }),
  },
  {
    name: 'a place in the queue is lost with a fault, and everybody after it is told "later"',
    found: /^wrong no: .*"BUSY"/,
    slot: slotWith({ engine: (...given) => new LosesItsPlace(...given) }),
  },
];
