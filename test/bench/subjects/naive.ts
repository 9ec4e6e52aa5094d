import { Types, type Connection } from 'mongoose';
import { confirmed } from '../../../src/domain/booking/admission';
import { SystemClock } from '../../../src/platform/clock';
import type { ClientSession, Db } from '../../../src/store/driver';
import { toOccurrence, type OccurrenceDoc } from '../../../src/store/occurrence.schema';
import { fromRegistration, type RegistrationDoc } from '../../../src/store/registration.schema';
import type { TransactionStats } from '../../../src/store/unit-of-work';
import { drive, type BookingRequest, type Outcome } from '../load';
import { nothingToClose, type Subject } from './subject';

/** One request's work inside its own transaction. */
interface Turn {
  readonly database: Db;
  readonly session: ClientSession;
  readonly request: BookingRequest;
}

/**
 * N: what one writes first. `withTransaction` of the driver: read, check, insert, and the counter that everybody wants
 * at the end.
 */
export const naiveSubject = naive('N', 'withTransaction: read, check, insert, hot counter last', async (turn) => {
  const occurrence = await readOccurrence(turn);
  if (occurrence.seatsLeft < turn.request.command.seats) return told('OCCURRENCE_FULL');
  const outcome = await insertUnlessBusy(turn, occurrence);
  if (outcome.registrationId === null) return outcome;
  const { seats } = turn.request.command;
  await turn.database
    .collection('occurrences')
    .updateOne(
      { _id: occurrence._id, tenantId: occurrence.tenantId },
      { $inc: { confirmedSeats: seats, seatsLeft: -seats, rev: 1 } },
      { session: turn.session },
    );
  return outcome;
});

/**
 * The negative control: the same without the one document that all of them write. It has to sell seats twice and put
 * people into two places at once; where it does not, the run proves nothing about anybody else.
 */
export const controlSubject = naive('N without write lock', 'negative control: counts, then inserts', async (turn) => {
  const occurrence = await readOccurrence(turn);
  const taken = await registrationsOf(turn).countDocuments(
    { tenantId: occurrence.tenantId, occurrenceId: occurrence._id, active: true },
    { session: turn.session },
  );
  if (taken >= (occurrence.capacity ?? Infinity)) return told('OCCURRENCE_FULL');
  return insertUnlessBusy(turn, occurrence);
});

function naive(name: string, about: string, work: (turn: Turn) => Promise<Outcome>): Subject {
  return {
    name,
    about,
    keeps: 'seats',
    open: async ({ connection }) => {
      const transactions: TransactionStats = { committed: 0, aborted: 0, conflicts: 0 };
      return {
        pids: [process.pid],
        transactions,
        drive: (load) => drive(load, (request) => inTransaction(connection, transactions, { request, work })),
        close: nothingToClose,
      };
    },
  };
}

async function inTransaction(
  connection: Connection,
  transactions: TransactionStats,
  { request, work }: { request: BookingRequest; work: (turn: Turn) => Promise<Outcome> },
): Promise<Outcome> {
  const client = connection.getClient();
  const database = client.db(connection.name);
  let attempts = 0;
  const outcome = await client.withSession((session) =>
    session.withTransaction(() => {
      attempts += 1;
      return work({ database, session, request });
    }),
  );
  transactions.committed += 1;
  transactions.aborted += attempts - 1;
  return outcome;
}

async function readOccurrence({ database, session, request: { command, scope } }: Turn): Promise<OccurrenceDoc> {
  const occurrence = await database
    .collection<OccurrenceDoc>('occurrences')
    .findOne(
      { _id: new Types.ObjectId(command.occurrenceId), tenantId: new Types.ObjectId(scope.tenantId) },
      { session },
    );
  if (!occurrence) throw new Error('a request for an occurrence that is not there');
  return occurrence;
}

const registrationsOf = ({ database }: Turn) => database.collection<RegistrationDoc>('registrations');

async function insertUnlessBusy(turn: Turn, occurrence: OccurrenceDoc): Promise<Outcome> {
  const { tenantId, startsAt, endsAt } = occurrence;
  const { command } = turn.request;
  const clash = await registrationsOf(turn).findOne(
    { tenantId, holder: command.holder, active: true, s: { $lt: endsAt }, e: { $gt: startsAt } },
    { session: turn.session },
  );
  if (clash) return told('OVERLAPPING_REGISTRATION');
  const registration = confirmed(command, toOccurrence(occurrence), new SystemClock().now());
  await registrationsOf(turn).insertOne(fromRegistration(registration), { session: turn.session });
  return { code: 'CONFIRMED', registrationId: registration.id };
}

const told = (code: string): Outcome => ({ code, registrationId: null });
