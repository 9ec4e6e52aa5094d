import { Types } from 'mongoose';
import { newId } from '../../../src/platform/new-id';
import type { TenantId } from '../../../src/domain/ids';
import { COLLECTIONS } from '../../../src/store/collections';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { runMigrations } from '../../../src/store/migrations';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { fromRegistration } from '../../../src/store/registration.schema';
import { at, makeEvent, makeOccurrence, makeRegistration, makeUser, NOW } from '../../support/make';
import { testDatabase } from '../../support/mongo';

const database = testDatabase();
const tenantId = newId<TenantId>();
const id = (): Types.ObjectId => new Types.ObjectId();

beforeAll(() => runMigrations(database.connection));

interface IndexInfo {
  readonly key: object;
  readonly unique?: boolean;
  readonly expireAfterSeconds?: number;
  readonly partialFilterExpression?: object;
}

const pick = ({ key, unique, expireAfterSeconds, partialFilterExpression }: IndexInfo) =>
  JSON.stringify({ key, unique, expireAfterSeconds, partialFilterExpression });

describe('the database after the migrations', () => {
  it.each(COLLECTIONS)('has the indexes and the validator of the specification, and no others: $name', async (spec) => {
    const collection = database.connection.collection(spec.name);
    const indexes = (await collection.indexes()) as IndexInfo[];
    const [info] = await database.connection
      .getClient()
      .db(database.connection.name)
      .listCollections({ name: spec.name })
      .toArray();

    expect(indexes.map(pick).sort()).toEqual(
      [{ key: { _id: 1 } }, ...spec.indexes.map(({ key, options }) => ({ key, ...options }))].map(pick).sort(),
    );
    expect(info).toMatchObject({
      options: { validator: spec.validator, validationLevel: 'strict', validationAction: 'error' },
    });
  });

  it.each(COLLECTIONS.filter(({ tenantOwned }) => tenantOwned))(
    'takes no document without a tenant: $name',
    async ({ name }) => {
      const [good] = GOOD[name] ?? [];

      await expect(insert(name, { ...good, tenantId: undefined })).rejects.toMatchObject({ code: 121 });
    },
  );
});

type Doc = Record<string, unknown>;
/** `undefined` stands for a field that is not there. */
const insert = (name: string, doc: Doc) =>
  database.connection
    .collection(name)
    .insertOne(Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined)));

const event = makeEvent(tenantId);
const occurrence = () => fromOccurrence(makeOccurrence(tenantId)) as unknown as Doc;
const registration = () => fromRegistration(makeRegistration(makeOccurrence(tenantId))) as unknown as Doc;
const user = (): Doc => ({
  ...makeUser(tenantId),
  _id: id(),
  id: undefined,
  tenantId: new Types.ObjectId(tenantId),
  accountId: id(),
});
const eventDoc = (): Doc => ({ ...event, _id: id(), tenantId: new Types.ObjectId(tenantId), editing: undefined });
const account = (): Doc => ({
  email: 'a@b.org',
  emailKey: String(id()),
  name: 'A',
  passwordHash: 'x',
  memberships: [],
  createdAt: NOW,
});
const organization = (): Doc => ({
  name: 'A',
  slug: String(id()),
  timezone: 'UTC',
  status: 'ACTIVE',
  ownerAccountId: id(),
  adminCount: 1,
  version: 1,
  createdAt: NOW,
});
const owned = { tenantId: new Types.ObjectId(tenantId) };

/** A good document of each collection, and what may be wrong with it, one thing at a time. */
const GOOD: Readonly<Record<string, readonly [Doc, ...Doc[]]>> = {
  organizations: [organization(), { status: 'GONE' }, { adminCount: 0 }, { slug: '' }, { ownerAccountId: 'me' }],
  accounts: [
    account(),
    ...[{ passwordHash: '' }, { memberships: null }, { emailKey: 7 }],
    ...[{ identities: [] }, { identities: [{ issuer: 'https://id.example.org' }] }],
  ],
  users: [user(), { role: 'OWNER' }, { status: 'ASLEEP' }, { name: '' }, { accountId: null }, { version: 0 }],
  refreshTokens: [
    { ...owned, userId: id(), accountId: id(), familyId: id(), hash: 'h', createdAt: NOW, expiresAt: NOW },
    { hash: '' },
    { expiresAt: '2027-01-01' },
  ],
  events: [
    eventDoc(),
    { capacity: -1 },
    { capacity: 1.5 },
    { maxSeatsPerRegistration: 0 },
    { status: 'LIVE' },
    { category: 'PARTY' },
    { conflictPolicy: 'MAYBE' },
    { recurrence: 'FREQ=DAILY' },
    { epoch: 0 },
    { timezone: '' },
  ],
  occurrences: [
    occurrence(),
    { seatsLeft: -1, confirmedSeats: 11 },
    { seatsLeft: 9 },
    { confirmedSeats: 1 },
    { confirmedSeats: -1, seatsLeft: 11 },
    { heldSeats: 1 },
    { endsAt: at(24) },
    { endsAt: at(23) },
    { capacity: -1, seatsLeft: -1 },
    { rules: {} },
    { status: 'ONGOING' },
    { startsAt: '2027-01-05T09:00:00Z' },
  ],
  registrations: [
    registration(),
    { seats: 0 },
    { seats: 1.5 },
    { status: 'MAYBE' },
    { status: 'CANCELLED' },
    { active: undefined },
    { active: false },
    { holder: '' },
    { s: null },
    { version: 0 },
  ],
  timeLocks: [{ ...owned, _id: String(id()), holder: 'u:x', expiresAt: NOW, iv: [] }, { iv: null }, { holder: '' }],
  journal: [
    fromJournalRow({
      id: newId(),
      tenantId,
      type: 'REGISTERED',
      target: 'x:1',
      version: 1,
      actor: 's:x',
      requestId: '',
      p: {},
      at: NOW,
    }) as unknown as Doc,
    { version: 0 },
    { target: '' },
    { p: null },
  ],
  idempotency: [
    { ...owned, _id: String(id()), hash: 'h', outcome: { type: 'Event', id: 'x' }, expiresAt: NOW },
    { outcome: {} },
    { hash: '' },
  ],
  sessions: [
    { ...owned, userId: id(), accountId: id(), version: 1, createdAt: NOW, expiresAt: NOW },
    { version: 0 },
    { expiresAt: null },
    { userId: 'me' },
  ],
  invitations: [
    {
      ...{
        ...owned,
        email: 'a@b.org',
        emailKey: 'a@b.org',
        role: 'USER',
        status: 'REVOKED',
        hash: 'h',
        expiresAt: NOW,
      },
      ...{ invitedBy: id(), createdAt: NOW, version: 1 },
    },
    { role: 'OWNER' },
    { status: 'EXPIRED' },
    { hash: '' },
    { emailKey: 7 },
  ],
  deliveries: [
    {
      ...{ ...owned, _id: String(id()), journalId: id(), kind: 'INVITATION', to: 'a@b.org', secret: 'sealed' },
      ...{ expiresAt: NOW, createdAt: NOW, attempts: 0, removeAt: NOW },
    },
    { kind: 'LETTER' },
    { to: '' },
    { attempts: -1 },
    { sentAt: NOW },
    { deadAt: NOW },
    { secret: null, sentAt: NOW, due: NOW },
  ],
  calendarFeeds: [
    {
      ...{ ...owned, userId: id(), kind: 'MINE', status: 'REVOKED', place: 1, hash: 'h' },
      ...{ createdAt: NOW, lastUsedAt: null, version: 1 },
    },
    { kind: 'EVERYTHING' },
    { place: 0 },
    { place: 6 },
    { hash: '' },
  ],
  timeZoneData: [{ version: '2026a', checkedAt: null }, { version: '' }, { checkedAt: 'today' }],
};

/** A key of its own for each insert, so that nothing but the validator can refuse it. */
const fresh = (name: string, doc: Doc): Doc => ({
  ...doc,
  _id: typeof doc['_id'] === 'string' ? String(id()) : id(),
  ...('recurrenceId' in doc ? { recurrenceId: String(id()) } : {}),
  ...(name === 'users' ? { accountId: doc['accountId'] === null ? null : id() } : {}),
});

const CASES = Object.entries(GOOD).flatMap(([name, [good, ...faults]]) =>
  faults.map((fault) => ({
    name,
    fault: JSON.stringify(fault, (_, value: unknown) => (value === undefined ? 'absent' : value)),
    good,
    bad: { ...good, ...fault },
  })),
);

describe('the database itself', () => {
  it('knows a good and a bad document of every collection', () => {
    expect(Object.keys(GOOD).sort()).toEqual(COLLECTIONS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(GOOD))('takes a good document: %s', async (name, [good]) => {
    await insert(name, fresh(name, good));
  });

  it.each(CASES)('refuses a bad document, whoever writes it: $name $fault', async ({ name, bad }) => {
    await expect(insert(name, fresh(name, bad))).rejects.toMatchObject({ code: 121 });
  });

  it('refuses to sell a seat too many, or to lose count, on an update as well', async () => {
    const doc = fresh('occurrences', occurrence());
    await insert('occurrences', doc);
    const occurrences = database.connection.collection('occurrences');
    const change = (by: Record<string, number>) =>
      occurrences.updateOne({ _id: doc['_id'] as Types.ObjectId }, { $inc: by });

    await change({ confirmedSeats: 10, seatsLeft: -10 });
    await expect(change({ confirmedSeats: 1, seatsLeft: -1 })).rejects.toMatchObject({ code: 121 });
    await expect(change({ confirmedSeats: -1 })).rejects.toMatchObject({ code: 121 });
  });
});
