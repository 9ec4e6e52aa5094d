import { Types, type Connection } from 'mongoose';
import { emailKey } from '../../src/platform/email-key';
import { fromAccount } from '../../src/store/account.schema';
import { COLLECTIONS } from '../../src/store/collections';
import type { Db, Document } from '../../src/store/driver';
import { fromEvent } from '../../src/store/event.schema';
import { fromJournalRow } from '../../src/store/journal.schema';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import { fromNewOrganization } from '../../src/store/organization.schema';
import { fromRegistration } from '../../src/store/registration.schema';
import type { TimeLockDoc } from '../../src/store/time-lock.schema';
import { fromUser } from '../../src/store/user.schema';
import { RefusedToSeedError } from './refused-to-seed';
import { SEED_PASSWORD_HASH } from './seed-password';
import type { SeededBucket } from './seed-bookings';
import type { SeedOrganization } from './seed-organization';

/** What a server takes in one go without a reply that is long in coming. */
const CHUNK = 5_000;

const databaseOf = (connection: Connection): Db => connection.getClient().db(connection.name);

/**
 * Stores an organization in bulk, past the repositories: the document of the organization comes last, acknowledged by
 * a majority. While it is not there nobody can sign in, and whatever else is there is left from a run that was ended.
 *
 * @returns how many documents were written
 * @throws RefusedToSeedError when somebody else has a slug or an address that the scenario needs
 */
export async function writeOrganization(connection: Connection, made: SeedOrganization): Promise<number> {
  const db = databaseOf(connection);
  await requireUntaken(db, made);
  await removeRemains(db, made);
  const { organization, people, events, bookings } = made;
  const { id: tenantId } = organization;
  const documents: readonly (readonly [collection: string, documents: readonly object[]])[] = [
    ['accounts', people.map(({ account }) => fromAccount(account, secretsOf(account.email)))],
    ['users', people.map(({ user }) => fromUser(user))],
    ['events', events.map(fromEvent)],
    ['occurrences', [...bookings.occurrences.values()].map(fromOccurrence)],
    ['registrations', [...bookings.registrations.values()].map(fromRegistration)],
    ['timeLocks', [...bookings.buckets.values()].map((bucket) => fromBucket(tenantId, bucket))],
    ['journal', bookings.journal.map(fromJournalRow)],
  ];
  await Promise.all(documents.map(([collection, some]) => insert(db, collection, some)));
  const organizations = db.collection('organizations');
  await organizations.insertOne(fromNewOrganization(organization), { writeConcern: { w: 'majority', journal: true } });
  return documents.reduce((sum, [, { length }]) => sum + length, 1);
}

async function insert(db: Db, collection: string, documents: readonly object[]): Promise<void> {
  for (let from = 0; from < documents.length; from += CHUNK) {
    const some = documents.slice(from, from + CHUNK) as Document[];
    // The majority that acknowledges the organization has everything before it.
    await db.collection(collection).insertMany(some, { ordered: false, writeConcern: { w: 1 } });
  }
}

const secretsOf = (email: string) => ({ emailKey: keyOf(email), passwordHash: SEED_PASSWORD_HASH });

function keyOf(email: string): string {
  const key = emailKey(email);
  if (key === null) throw new Error(`a scenario's own address is none: ${email}`);
  return key;
}

const fromBucket = (tenantId: string, { key, holder, expiresAt, booked }: SeededBucket): TimeLockDoc => ({
  _id: key,
  tenantId: new Types.ObjectId(tenantId),
  holder,
  expiresAt,
  iv: booked.map(({ startsAt, endsAt, registrationId, occurrenceId }) => ({
    s: startsAt,
    e: endsAt,
    r: new Types.ObjectId(registrationId),
    o: new Types.ObjectId(occurrenceId),
  })),
});

async function requireUntaken(db: Db, { organization, people }: SeedOrganization): Promise<void> {
  const slug = await db.collection('organizations').findOne({ slug: organization.slug });
  const keys = people.map(({ account }) => keyOf(account.email));
  const account = await db
    .collection('accounts')
    .findOne({ emailKey: { $in: keys }, 'memberships.tenantId': { $ne: new Types.ObjectId(organization.id) } });
  if (slug === null && account === null) return;
  const what = slug === null ? 'An address' : 'The slug';
  throw new RefusedToSeedError(
    `${what} of "${organization.name}" is taken by somebody else: choose another --seed, or empty the database with --reset --yes.`,
  );
}

async function removeRemains(db: Db, { organization }: SeedOrganization): Promise<void> {
  const tenantId = new Types.ObjectId(organization.id);
  await db.collection('accounts').deleteMany({ 'memberships.tenantId': tenantId });
  const owned = COLLECTIONS.filter((collection) => collection.tenantOwned);
  await Promise.all(owned.map(({ name }) => db.collection(name).deleteMany({ tenantId })));
}
