import type { Connection } from 'mongoose';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';
import {
  brokenBookings,
  brokenStored,
  type KeptSince,
  type StoredBookings,
  type StoredBookingsAndTraces,
} from './stored-bookings';

/** What is looked at: everything, or only some tenants' documents. */
export type Part = Readonly<Record<string, unknown>>;

/** Reads the database past all of the service's own code and lists every broken promise: what `brokenStored` finds. */
export async function brokenInvariants(
  connection: Connection,
  part: Part = {},
  keptSince: KeptSince = null,
): Promise<string[]> {
  return brokenStored(await readStored(connection, part), keptSince).map(({ what }) => what);
}

async function readStored(connection: Connection, part: Part): Promise<StoredBookingsAndTraces> {
  return {
    ...(await readBookings(connection, part)),
    locks: (await connection.collection('timeLocks').find(part).toArray()) as unknown as TimeLockDoc[],
    journal: await readJournal(connection, part),
  };
}

/** The promises that hold however a service is built: what `brokenBookings` finds. */
export async function overbookings(connection: Connection, part: Part = {}): Promise<string[]> {
  return brokenBookings(await readBookings(connection, part)).map(({ what }) => what);
}

async function readBookings(connection: Connection, part: Part): Promise<StoredBookings> {
  const occurrences = (await connection.collection('occurrences').find(part).toArray()) as unknown as OccurrenceDoc[];
  const found = await connection.collection('registrations').find(part).toArray();
  return { occurrences, registrations: found as unknown as RegistrationDoc[] };
}

async function readJournal(connection: Connection, part: Part): Promise<StoredBookingsAndTraces['journal']> {
  const rows = await connection.collection('journal').find(part).sort({ version: 1 }).toArray();
  return rows as unknown as StoredBookingsAndTraces['journal'];
}
