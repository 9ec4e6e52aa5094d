import { Types, type Connection } from 'mongoose';
import { confirmed } from '../../../src/domain/booking/admission';
import { journalRow } from '../../../src/domain/booking/decide';
import type { OccurrenceId } from '../../../src/domain/ids';
import type { Registration } from '../../../src/domain/registration';
import { SystemClock } from '../../../src/platform/clock';
import { duplicateKeyOf } from '../../../src/store/database-error';
import type { ClientSession, Document } from '../../../src/store/driver';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { toOccurrence, type OccurrenceDoc } from '../../../src/store/occurrence.schema';
import { fromRegistration, type RegistrationDoc } from '../../../src/store/registration.schema';
import { makeEngine, type TestEngine } from '../../support/engine';
import { drive, toOutcome, type BookingLoad, type BookingRequest, type Outcome } from '../load';
import { Places } from '../places';
import { partOf } from '../verify';
import { IN_FLIGHT, whenFull } from './one-each';
import { nothingToClose, type Subject } from './subject';
import { untilCommitted } from './until-committed';

const SLOT_MS = 15 * 60_000;
const KEPT_MS = 90 * 24 * 3_600_000;
const COLLECTION = 'benchSlots';

interface SlotDoc {
  _id: Types.ObjectId;
  tenantId: Types.ObjectId;
  holder: string;
  slot: Date;
  registrationId: Types.ObjectId;
  expiresAt: Date;
}

/**
 * A: the time lock that most people draw first, a document per quarter of an hour under a unique index. Else as T: one
 * transaction per request, the counter first and conditional, the same rows, the same number in flight, the same retry.
 */
export const slotsSubject: Subject = {
  name: 'A',
  about: `15-minute slot documents, unique index and TTL; one transaction per request, ${IN_FLIGHT} in flight`,
  keeps: 'seats',
  open: async ({ connection }) => {
    const slots = connection.collection<SlotDoc>(COLLECTION);
    await slots.createIndex({ tenantId: 1, holder: 1, slot: 1 }, { unique: true });
    await slots.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    const parts = { connection, ...makeEngine(connection, new SystemClock()), full: new Set<OccurrenceId>() };
    const places = new Places(IN_FLIGHT);
    return {
      pids: [process.pid],
      transactions: parts.unitOfWork.stats,
      drive: (load) => drive(load, (request) => places.within(() => register(parts, request))),
      faults: (load) => wrongSlots(connection, load),
      close: nothingToClose,
    };
  },
};

interface Parts extends TestEngine {
  readonly connection: Connection;
  readonly full: Set<OccurrenceId>;
}

/** The counter's filter matched nothing: the transaction is given up. */
class NothingTakenError extends Error {}

async function register(parts: Parts, request: BookingRequest): Promise<Outcome> {
  const { scope, command } = request;
  const no = parts.full.has(command.occurrenceId) ? await whenFull(parts, request) : null;
  if (no) return toOutcome(no);
  try {
    await untilCommitted(() =>
      parts.unitOfWork.tryOnce(scope, ({ session }) => write(parts.connection, session, request)),
    );
    return { code: 'CONFIRMED', registrationId: command.registrationId };
  } catch (error) {
    if (duplicateKeyOf(error) !== null) return { code: 'OVERLAPPING_REGISTRATION', registrationId: null };
    const full = error instanceof NothingTakenError ? await whenFull(parts, request) : null;
    if (full) return toOutcome(full);
    throw error;
  }
}

async function write(connection: Connection, session: ClientSession, request: BookingRequest): Promise<void> {
  const { command } = request;
  const now = new SystemClock().now();
  const occurrence = await takeSeats(connection, session, { request, now });
  if (!occurrence) throw new NothingTakenError();
  const registration = confirmed(command, toOccurrence(occurrence), now);
  const insert = (collection: string, documents: Document[]): Promise<unknown> =>
    connection.collection(collection).insertMany(documents, { session });
  await insert(COLLECTION, slotsOf(registration));
  await insert('registrations', [fromRegistration(registration)]);
  await insert('journal', [fromJournalRow(journalRow(command, registration, now))]);
}

/** The conditions of our own short cut. */
const takeSeats = (
  connection: Connection,
  session: ClientSession,
  { request: { scope, command }, now }: { request: BookingRequest; now: Date },
): Promise<OccurrenceDoc | null> =>
  connection.collection<OccurrenceDoc>('occurrences').findOneAndUpdate(
    {
      _id: new Types.ObjectId(command.occurrenceId),
      tenantId: new Types.ObjectId(scope.tenantId),
      status: 'SCHEDULED',
      seatsLeft: { $gte: command.seats },
      'rules.maxSeats': { $gte: command.seats },
      startsAt: { $gt: now },
      'rules.opensAt': { $lte: now },
      'rules.closesAt': { $gt: now },
    },
    { $inc: { confirmedSeats: command.seats, seatsLeft: -command.seats, rev: 1 } },
    { session, returnDocument: 'after' },
  );

function slotsOf(registration: Registration): SlotDoc[] {
  const { _id: registrationId, tenantId, holder, s, e } = fromRegistration(registration);
  const first = Math.floor(s.getTime() / SLOT_MS);
  const end = Math.ceil(e.getTime() / SLOT_MS);
  const expiresAt = new Date(e.getTime() + KEPT_MS);
  return Array.from({ length: end - first }, (_, n) => {
    const slot = new Date((first + n) * SLOT_MS);
    return { _id: new Types.ObjectId(), tenantId, holder, slot, registrationId, expiresAt };
  });
}

/** As many slots as the registrations take: a lock without its slots would be fast, and no lock. */
async function wrongSlots(connection: Connection, load: BookingLoad): Promise<string[]> {
  const part = partOf(load);
  const registrations = await connection.collection<RegistrationDoc>('registrations').find(part).toArray();
  const wanted = registrations.reduce(
    (sum, { s, e }) => sum + Math.ceil(e.getTime() / SLOT_MS) - Math.floor(s.getTime() / SLOT_MS),
    0,
  );
  const there = await connection.collection(COLLECTION).countDocuments(part);
  return there === wanted ? [] : [`${there} slots, ${wanted} expected`];
}
