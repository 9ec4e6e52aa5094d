import { Types, type mongo } from 'mongoose';
import type { EventDoc } from '../../src/store/event.schema';
import type { IdempotencyDoc } from '../../src/store/idempotency.schema';
import type { JournalDoc } from '../../src/store/journal.schema';
import type { OccurrenceDoc } from '../../src/store/occurrence.schema';
import type { RegistrationDoc } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';
import type { UserDoc } from '../../src/store/user.schema';

/** All that the database has about some tenants, read past the service's own code. */
export interface Dump {
  readonly events: readonly EventDoc[];
  readonly occurrences: readonly OccurrenceDoc[];
  readonly registrations: readonly RegistrationDoc[];
  readonly locks: readonly TimeLockDoc[];
  /** In order of their version. */
  readonly journal: readonly JournalDoc[];
  readonly idempotency: readonly IdempotencyDoc[];
  readonly users: readonly UserDoc[];
}

/** As of one moment, as a majority has it: what a fault may still roll back does not count. */
export async function readDump(database: mongo.Db, tenantIds: readonly string[]): Promise<Dump> {
  const filter = { tenantId: { $in: tenantIds.map((id) => new Types.ObjectId(id)) } };
  const session = database.client.startSession({ snapshot: true });
  const all = async <T extends mongo.Document>(name: string, sort: mongo.Sort = { _id: 1 }): Promise<T[]> => {
    return (await database.collection(name).find(filter, { session }).sort(sort).toArray()) as unknown as T[];
  };
  try {
    return {
      events: await all<EventDoc>('events'),
      occurrences: await all<OccurrenceDoc>('occurrences'),
      registrations: await all<RegistrationDoc>('registrations'),
      locks: await all<TimeLockDoc>('timeLocks'),
      journal: await all<JournalDoc>('journal', { version: 1 }),
      idempotency: await all<IdempotencyDoc>('idempotency'),
      users: await all<UserDoc>('users'),
    };
  } finally {
    await session.endSession();
  }
}
