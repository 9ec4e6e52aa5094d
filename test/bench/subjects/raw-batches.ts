import type { Connection } from 'mongoose';
import { confirmed } from '../../../src/domain/booking/admission';
import { journalRow, MAX_EFFECTS } from '../../../src/domain/booking/decide';
import { bookedBy } from '../../../src/domain/booking/view';
import { bucketsOf } from '../../../src/domain/bucket';
import type { OccurrenceId } from '../../../src/domain/ids';
import type { Occurrence } from '../../../src/domain/occurrence';
import type { Registration } from '../../../src/domain/registration';
import { SystemClock } from '../../../src/platform/clock';
import { fromNewBucket } from '../../../src/store/booking-statements';
import type { Document } from '../../../src/store/driver';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { fromRegistration } from '../../../src/store/registration.schema';
import type { TransactionStats } from '../../../src/store/unit-of-work';
import { MAX_IN_FLIGHT, MAX_IN_FLIGHT_PER_TENANT } from '../../../src/use-cases/booking-queue';
import { drive, type BookingRequest, type Outcome } from '../load';
import { Places } from '../places';
import { nothingToClose, type Subject } from './subject';

const FULL: Outcome = { code: 'OCCURRENCE_FULL', registrationId: null };

/**
 * R0: the driver alone. The engine's writes, batched as the engine batches, with filters that ask nothing, and seats
 * counted in this process: no reading, no deciding, no safety. What atomicity and durability cost at least.
 */
export const rawBatchesSubject = raw(
  'R0',
  'raw driver: the same writes in the same batches, unconditional',
  inTransaction,
);

/** R00: not even a transaction. Each collection's statements on their own, all at once: the floor of the floors. */
export const rawWritesSubject = raw('R00', 'R0 without a transaction: torn by any fault', withoutTransaction);

/** Sends the commands of one batch, and returns when all of them are on a majority. */
type Send = (connection: Connection, commands: readonly Document[]) => Promise<void>;

function raw(name: string, about: string, send: Send): Subject {
  return {
    name,
    about,
    keeps: 'everything',
    open: async ({ connection }) => {
      const transactions: TransactionStats = { committed: 0, aborted: 0, conflicts: 0 };
      return {
        pids: [process.pid],
        transactions,
        drive: (load) => {
          const batches = new RawBatches(load.occurrences, transactions, (commands) => send(connection, commands));
          return drive(load, (request) => batches.submit(request));
        },
        close: nothingToClose,
      };
    },
  };
}

interface Waiting {
  readonly request: BookingRequest;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

class RawBatches {
  readonly #lanes = new Map<string, { waiting: Waiting[]; inFlight: number }>();
  readonly #places = new Places(MAX_IN_FLIGHT);
  readonly #occurrences: ReadonlyMap<OccurrenceId, Occurrence>;
  readonly #seatsLeft: Map<OccurrenceId, number>;

  constructor(
    occurrences: readonly Occurrence[],
    private readonly transactions: TransactionStats,
    private readonly send: (commands: readonly Document[]) => Promise<void>,
  ) {
    this.#occurrences = new Map(occurrences.map((occurrence) => [occurrence.id, occurrence]));
    this.#seatsLeft = new Map(occurrences.map(({ id, seatsLeft }) => [id, seatsLeft]));
  }

  submit(request: BookingRequest): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const lane = this.lane(request);
      lane.waiting.push({ request, resolve, reject });
      if (lane.waiting.length === 1) setImmediate(() => this.pump(lane));
    });
  }

  private lane({ scope }: BookingRequest): { waiting: Waiting[]; inFlight: number } {
    let lane = this.#lanes.get(scope.tenantId);
    if (!lane) this.#lanes.set(scope.tenantId, (lane = { waiting: [], inFlight: 0 }));
    return lane;
  }

  private pump(lane: { waiting: Waiting[]; inFlight: number }): void {
    while (lane.waiting.length > 0 && lane.inFlight < MAX_IN_FLIGHT_PER_TENANT) {
      lane.inFlight += 1;
      void this.#places
        .within(() => this.carryOut(lane.waiting))
        .finally(() => {
          lane.inFlight -= 1;
          this.pump(lane);
        });
    }
  }

  /** Takes from the queue when its turn has come, so that a batch is what gathered meanwhile. */
  private async carryOut(queue: Waiting[]): Promise<void> {
    const taken: Waiting[] = [];
    const refused: Waiting[] = [];
    while (queue.length > 0 && taken.length < MAX_EFFECTS) {
      const waiting = queue.shift();
      if (waiting) (this.takeSeats(waiting.request) ? taken : refused).push(waiting);
    }
    try {
      if (taken.length > 0) await this.write(taken.map(({ request }) => this.registration(request)));
      taken.forEach(({ request, resolve }) =>
        resolve({ code: 'CONFIRMED', registrationId: request.command.registrationId }),
      );
      refused.forEach(({ resolve }) => resolve(FULL));
    } catch (error) {
      [...taken, ...refused].forEach(({ reject }) => reject(error));
    }
  }

  private takeSeats({ command: { occurrenceId, seats } }: BookingRequest): boolean {
    const left = this.#seatsLeft.get(occurrenceId) ?? 0;
    if (left < seats) return false;
    this.#seatsLeft.set(occurrenceId, left - seats);
    return true;
  }

  private registration({ command }: BookingRequest): { registration: Registration; journal: Document } {
    const occurrence = this.#occurrences.get(command.occurrenceId);
    if (!occurrence) throw new Error('a request for an occurrence that the load does not name');
    const now = new SystemClock().now();
    const registration = confirmed(command, occurrence, now);
    return { registration, journal: fromJournalRow(journalRow(command, registration, now)) };
  }

  private async write(rows: readonly { registration: Registration; journal: Document }[]): Promise<void> {
    const registrations = rows.map(({ registration }) => registration);
    try {
      await this.send([
        { update: 'occurrences', updates: counterUpdates(registrations, this.#occurrences) },
        { insert: 'timeLocks', documents: registrations.flatMap(locks) },
        { insert: 'registrations', documents: registrations.map(fromRegistration) },
        { insert: 'journal', documents: rows.map(({ journal }) => journal) },
      ]);
      this.transactions.committed += 1;
    } catch (error) {
      this.transactions.aborted += 1;
      throw error;
    }
  }
}

async function inTransaction(connection: Connection, commands: readonly Document[]): Promise<void> {
  const client = connection.getClient();
  const database = client.db(connection.name);
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'local' }, writeConcern: { w: 'majority', journal: true } });
    for (const command of commands) await database.command(command, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}

async function withoutTransaction(connection: Connection, commands: readonly Document[]): Promise<void> {
  const database = connection.getClient().db(connection.name);
  await Promise.all(
    commands.map((command) => database.command({ ...command, writeConcern: { w: 'majority', j: true } })),
  );
}

/** One update per occurrence, with the net number of seats. */
function counterUpdates(
  registrations: readonly Registration[],
  occurrences: ReadonlyMap<OccurrenceId, Occurrence>,
): Document[] {
  const seats = new Map<OccurrenceId, number>();
  for (const one of registrations) seats.set(one.occurrenceId, (seats.get(one.occurrenceId) ?? 0) + one.seats);
  return [...occurrencesOf(seats, occurrences)].map(({ doc, taken }) => ({
    q: { _id: doc._id, tenantId: doc.tenantId },
    u: { $inc: { confirmedSeats: taken, seatsLeft: -taken, rev: 1 } },
    hint: { _id: 1 },
  }));
}

function occurrencesOf(
  seats: ReadonlyMap<OccurrenceId, number>,
  occurrences: ReadonlyMap<OccurrenceId, Occurrence>,
): { doc: ReturnType<typeof fromOccurrence>; taken: number }[] {
  return [...seats].flatMap(([id, taken]) => {
    const occurrence = occurrences.get(id);
    return occurrence ? [{ doc: fromOccurrence(occurrence), taken }] : [];
  });
}

/** Everybody is new: their time is a document of its own. */
function locks(registration: Registration): Document[] {
  const { tenantId, holder } = registration;
  return bucketsOf(tenantId, holder, registration).map((bucket) =>
    fromNewBucket({ ...bucket, tenantId, holder, booked: [bookedBy(registration)] }),
  );
}
