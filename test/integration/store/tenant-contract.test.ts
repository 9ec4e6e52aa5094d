import { MODULE_METADATA } from '@nestjs/common/constants';
import { Types } from 'mongoose';
import { bucketsOf } from '../../../src/domain/bucket';
import type { Changes } from '../../../src/domain/booking/view';
import type { CalendarFeed } from '../../../src/domain/calendar-feed';
import type { Delivery } from '../../../src/domain/delivery';
import { NotFoundError } from '../../../src/domain/errors';
import type { AccountId, CalendarFeedId, JournalId, SessionId, TenantId, UserId } from '../../../src/domain/ids';
import type { JournalRow } from '../../../src/domain/journal';
import { systemScope, type TenantScope } from '../../../src/domain/scope';
import { newId } from '../../../src/platform/new-id';
import { AccountRepository } from '../../../src/store/account.repository';
import { BookingRepository } from '../../../src/store/booking.repository';
import { CalendarDatesRepository } from '../../../src/store/calendar-dates.repository';
import { CalendarFeedRepository } from '../../../src/store/calendar-feed.repository';
import { CachedMetadata } from '../../../src/store/cached-metadata';
import { ChangeFeed } from '../../../src/store/change-feed';
import { COLLECTIONS } from '../../../src/store/collections';
import { DeliveryRepository } from '../../../src/store/delivery.repository';
import { EventRepository } from '../../../src/store/event.repository';
import { IdempotencyRepository } from '../../../src/store/idempotency.repository';
import { InvitationRepository } from '../../../src/store/invitation.repository';
import { JournalRepository } from '../../../src/store/journal.repository';
import { runMigrations } from '../../../src/store/migrations';
import { MembershipRepository } from '../../../src/store/membership.repository';
import { OccurrenceRepository } from '../../../src/store/occurrence.repository';
import { OrganizationRepository } from '../../../src/store/organization.repository';
import { RefreshTokenRepository } from '../../../src/store/refresh-token.repository';
import { RegistrationRepository } from '../../../src/store/registration.repository';
import { SessionRepository } from '../../../src/store/session.repository';
import { SoloRegistration } from '../../../src/store/solo-registration';
import { StoreModule } from '../../../src/store/store.module';
import type { ReadScope } from '../../../src/store/tenant-collection';
import { TimeZoneDataRepository } from '../../../src/store/time-zone-data.repository';
import { Tx, UnitOfWork } from '../../../src/store/unit-of-work';
import { UserRepository } from '../../../src/store/user.repository';
import { firstBucket, newHolder } from '../../support/booked-time';
import { withoutCache } from '../../support/cache';
import {
  at,
  makeCancel,
  makeAccount,
  makeEvent,
  makeInvitation,
  makeOccurrence,
  makeRegister,
  makeRegistration,
  makeScope,
  makeUser,
  NOW,
} from '../../support/make';
import { testDatabase } from '../../support/mongo';
import { storeOn, type Store } from '../../support/store';

/*
 * Lock 5 of tenant isolation: every method of every repository, called by organization B with what belongs to A. Reads
 * find nothing (and find something for A, or the attempt would prove nothing); writes leave A's rows as they are.
 */

const database = testDatabase();
let store: Store;
let solo: SoloRegistration;
let cached: CachedMetadata;

const [a, b] = [newId<TenantId>(), newId<TenantId>()];
const [scopeA, scopeB] = [makeScope(a), makeScope(b)];
const user = makeUser(a);
const invitation = makeInvitation(a);
const event = makeEvent(a, { horizonAt: at(24 * 100) });
const [past, next] = [
  makeOccurrence(a, { eventId: event.id }),
  makeOccurrence(a, { eventId: event.id, recurrenceId: 'next', startsAt: at(48) }),
];
const feed: CalendarFeed = {
  ...{ id: newId<CalendarFeedId>(), tenantId: a, userId: user.id, kind: 'ORGANIZATION', status: 'ACTIVE' },
  ...{ place: 1, createdAt: NOW, lastUsedAt: null, version: 1 },
};
const registration = makeRegistration(past, user.id);
const [bucket] = bucketsOf(a, registration.holder, registration);
const journalRow: JournalRow = {
  id: newId<JournalId>(),
  tenantId: a,
  type: 'REGISTERED',
  target: `registration:${registration.id}`,
  version: 1,
  actor: `u:${user.id}`,
  requestId: 'test-request',
  p: {},
  at: NOW,
};
const claim = { id: `${a}|u:${user.id}|key`, hash: 'hash', expiresAt: at(48) };
const idempotencyRow = { ...claim, outcome: { type: 'Registration', id: registration.id } };
const organization = {
  id: a,
  name: 'A',
  slug: 'a',
  timezone: 'UTC',
  status: 'ACTIVE' as const,
  ownerAccountId: newId<AccountId>(),
  version: 1,
  createdAt: NOW,
};
const interval = {
  startsAt: registration.startsAt,
  endsAt: registration.endsAt,
  registrationId: registration.id,
  occurrenceId: past.id,
};
const NO_CHANGES: Changes = {
  event: null,
  occurrences: [],
  occurrencesRemoved: [],
  occurrencesAdded: [],
  registrations: [],
  registrationsAdded: [],
  buckets: [],
  bucketsAdded: [],
  journal: [],
  idempotency: [],
};

beforeAll(async () => {
  await runMigrations(database.connection);
  store = storeOn(database.connection);
  cached = new CachedMetadata(withoutCache(), store.events, store.organizations);
  solo = new SoloRegistration(database.connection, store.journal, store.idempotency);
  await store.unitOfWork.run(scopeA, async (tx) => {
    await store.organizations.add(tx, organization);
    await store.accounts.add(tx, makeAccount(user), { emailKey: 'ada@example.com', passwordHash: 'hash' });
    await store.users.add(tx, user);
    await store.invitations.add(tx, invitation, 'hash-of-a');
    await store.calendarFeeds.add(tx, feed, 'feed-of-a');
    await store.events.add(tx, event);
    await store.occurrences.addMany(tx, [past, next]);
    await store.sessions.add(tx, session);
    await store.deliveries.add(tx, [delivery, waiting]);
    await store.deliveries.release(tx, delivery.journalId, NOW);
    await store.refreshTokens.add(tx, token('of-a'));
    await store.booking.flush(tx, {
      ...NO_CHANGES,
      registrationsAdded: [registration],
      buckets: bucket ? [{ ...bucket, holder: registration.holder, remove: [], add: [interval], force: [] }] : [],
      journal: [journalRow, dueRow, changeRow],
      idempotency: [idempotencyRow],
    });
  });
});

const times = { createdAt: NOW, expiresAt: at(24) };
const owner = { tenantId: a, userId: user.id, accountId: newId<AccountId>() };
const session = { id: newId<SessionId>(), ...owner, ...times, version: 1 };
const token = (hash: string) => ({ ...owner, ...times, sessionId: session.id, hash });

type Read = (scope: ReadScope) => Promise<unknown>;
type Write = (tx: Tx) => Promise<unknown>;
interface Attempts {
  readonly reads?: Readonly<Record<string, Read>>;
  readonly writes?: Readonly<Record<string, Write>>;
  /** Methods that take the `SystemScope`, the one exit from tenancy. */
  readonly system?: readonly string[];
  /** Private methods: a prototype does not tell them from public ones. */
  readonly internal?: readonly string[];
}

/** What tells when a date was changed last. */
const changed = { ...past, revision: 2 };
const changeRow = { ...journalRow, id: newId<JournalId>(), target: `occurrence:${past.id}`, version: 2 };
/** Work that is due, as its row is named by whoever holds it. */
const dueRow = { ...journalRow, id: newId<JournalId>(), version: 3, due: NOW };
const claimed = { row: dueRow, lease: NOW, attempts: 1 };
const delivery: Delivery = {
  ...{ id: 'of-a', tenantId: a, journalId: dueRow.id, kind: 'EMAIL_CODE', to: 'ada@example.com', secret: 'sealed' },
  ...{ expiresAt: at(1), createdAt: NOW },
};
const waiting: Delivery = { ...delivery, id: 'waiting', journalId: newId<JournalId>() };
const claimedDelivery = { delivery, lease: NOW, attempts: 1, unfinished: 0 };
const something = (found: unknown): void => {
  if (isNothing(found)) throw new Error('found nothing');
};

/** What is cached is no transaction's business. */
const scopeOf = (scope: ReadScope): TenantScope => (scope instanceof Tx ? scope.scope : scope);
const SYSTEM = systemScope('contract');
/** What is A's, asked for as the scope's together with something of A's: the filter of one find lets it through. */
const ownAs = (scope: ReadScope, { id }: { readonly id: string }) => [
  { tenantId: scopeOf(scope).tenantId, id },
  { tenantId: a, id: newId<SessionId>() },
];
const page = { first: 10, after: null };
const range = { from: at(0), to: at(100) };

const TABLE: readonly [new (...args: never[]) => object, Attempts][] = [
  [
    OrganizationRepository,
    {
      reads: {
        find: (scope) => store.organizations.find(scope),
        get: (scope) => store.organizations.get(scope),
        findManyOfMember: (scope) => store.organizations.findManyOfMember([scope], [a]),
      },
      system: ['ids', 'findStatuses'],
      writes: {
        add: (tx) => store.organizations.add(tx, organization),
        addAdmin: (tx) => store.organizations.addAdmin(tx),
        change: (tx) => store.organizations.change(tx, organization, { name: 'B' }),
        dropAdmin: (tx) => store.organizations.dropAdmin(tx),
        setOwner: (tx) =>
          store.organizations.setOwner(tx, { from: organization.ownerAccountId, to: newId<AccountId>() }),
      },
      internal: ['update'],
    },
  ],
  [
    UserRepository,
    {
      reads: {
        findById: (scope) => store.users.findById(scope, user.id),
        findManyById: (scope) => store.users.findManyById(scope, [user.id]),
        findByAccount: (scope) => store.users.findByAccount(scope, user.accountId),
        findOfTenants: async (scope) => (await store.users.findOfTenants(SYSTEM, ownAs(scope, user)))[0],
        page: (scope) => store.users.page(scope, page),
      },
      writes: {
        add: (tx) => store.users.add(tx, { ...user, accountId: newId<AccountId>() }),
        change: (tx) => store.users.change(tx, user, { role: 'ORG_ADMIN' }),
      },
    },
  ],
  [
    MembershipRepository,
    {
      reads: { existsFor: (scope) => store.memberships.existsFor(scope, 'ada@example.com') },
      writes: {
        add: (tx) => store.memberships.add(tx, { accountId: user.accountId, userId: user.id, role: 'ORG_ADMIN' }),
        setRole: async (tx) => something(await store.memberships.setRole(tx, { ...user, role: 'ORG_ADMIN' })),
        remove: async (tx) => something(await store.memberships.remove(tx, user)),
      },
    },
  ],
  [
    InvitationRepository,
    {
      reads: {
        findById: (scope) => store.invitations.findById(scope, invitation.id),
        findManyById: (scope) => store.invitations.findManyById(scope, [invitation.id]),
        findByHash: (scope) => store.invitations.findByHash(scope, 'hash-of-a'),
        findOpen: (scope) => store.invitations.findOpen(scope, invitation.emailKey),
        newestTo: (scope) => store.invitations.newestTo(scope, invitation.emailKey),
        page: (scope) => store.invitations.page(scope, page),
      },
      writes: {
        add: (tx) => store.invitations.add(tx, invitation, 'hash-of-b'),
        accept: async (tx) => something(await store.invitations.accept(tx, invitation, NOW)),
        revoke: async (tx) => something(await store.invitations.revoke(tx, invitation)),
      },
    },
  ],
  [
    SessionRepository,
    {
      reads: {
        find: (scope) => store.sessions.find(scope, session.id),
        findOfTenants: async (scope) => (await store.sessions.findOfTenants(SYSTEM, ownAs(scope, session)))[0],
      },
      writes: {
        add: (tx) => store.sessions.add(tx, { ...session, id: newId<SessionId>() }),
        extend: async (tx) => something(await store.sessions.extend(tx, session.id, at(48))),
        end: async (tx) => something(await store.sessions.end(tx, session.id)),
        endAllOf: async (tx) => something(await store.sessions.endAllOf(tx, user.id)),
      },
    },
  ],
  [
    RefreshTokenRepository,
    {
      reads: { findByHash: (scope) => store.refreshTokens.findByHash(scope, 'of-a') },
      writes: {
        add: (tx) => store.refreshTokens.add(tx, token('of-b')),
        markUsed: async (tx) => something(await store.refreshTokens.markUsed(tx, 'of-a', NOW)),
      },
    },
  ],
  [
    EventRepository,
    {
      reads: {
        findById: (scope) => store.events.findById(scope, event.id),
        getById: (scope) => store.events.getById(scope, event.id),
        findManyById: (scope) => store.events.findManyById(scope, [event.id]),
        page: (scope) => store.events.page(scope, { ...page, seesDrafts: true }),
        earliestHorizon: (scope) =>
          store.events.earliestHorizon(scope, { before: at(24 * 365), eventId: event.id, seesDrafts: true }),
        findWithHorizon: (scope) => store.events.findWithHorizon(scope, page),
      },
      writes: {
        add: (tx) => store.events.add(tx, event),
        moveHorizon: (tx) => store.events.moveHorizon(tx, event, at(24 * 200)),
      },
    },
  ],
  [
    OccurrenceRepository,
    {
      reads: {
        findById: (scope) => store.occurrences.findById(scope, past.id),
        getById: (scope) => store.occurrences.getById(scope, past.id),
        findManyById: (scope) => store.occurrences.findManyById(scope, [past.id, next.id]),
        findOnlyIdOfEvent: (scope) => store.occurrences.findOnlyIdOfEvent(scope, event.id),
        findAllOfEvent: (scope) => store.occurrences.findAllOfEvent(scope, event.id),
        countAhead: (scope) => store.occurrences.countAhead(scope, event.id, NOW),
        pageAhead: (scope) => store.occurrences.pageAhead(scope, { now: at(-24 * 999), after: null, first: 10 }),
        findKeys: (scope) => store.occurrences.findKeys(scope, event, [past.recurrenceId]),
        findNextWithSeats: (scope) =>
          store.occurrences.findNextWithSeats(scope, { eventId: event.id, after: past.startsAt, seats: 1 }),
        pageInRange: (scope) =>
          store.occurrences.pageInRange(scope, { ...page, range, category: 'WORKSHOP', seesDrafts: true, now: NOW }),
      },
      writes: { addMany: (tx) => store.occurrences.addMany(tx, [makeOccurrence(a)]) },
      internal: ['eventsOfCategory'],
    },
  ],
  [
    RegistrationRepository,
    {
      reads: {
        findById: (scope) => store.registrations.findById(scope, registration.id),
        findManyById: (scope) => store.registrations.findManyById(scope, [registration.id]),
        countByOccurrence: (scope) => store.registrations.countByOccurrence(scope, [past.id]),
        pageByHolder: async (scope) =>
          (await store.registrations.pageByHolder(scope, [past.id], { after: null, limit: 9 })).registrations,
        findUnsettled: (scope) => store.registrations.findUnsettled(scope, [{ id: past.id, timeV: null }], 10),
        findManyOfUser: (scope) => store.registrations.findManyOfUser(scope, registration.userId as UserId, [past.id]),
        pageOfHolder: (scope) => store.registrations.pageOfHolder(scope, registration.holder, page),
        pageOfOccurrence: (scope) => store.registrations.pageOfOccurrence(scope, past.id, page),
      },
    },
  ],
  [
    CalendarFeedRepository,
    {
      reads: {
        findById: (scope) => store.calendarFeeds.findById(scope, feed.id),
        findManyById: (scope) => store.calendarFeeds.findManyById(scope, [feed.id]),
        findActiveByHash: (scope) => store.calendarFeeds.findActiveByHash(scope, 'feed-of-a'),
        findActiveOf: (scope) => store.calendarFeeds.findActiveOf(scope, user.id),
        page: (scope) => store.calendarFeeds.page(scope, { ...page, userId: user.id, seesOrganization: false }),
        'page (of all)': (scope) =>
          store.calendarFeeds.page(scope, { ...page, userId: newId<UserId>(), seesOrganization: true }),
      },
      writes: {
        add: (tx) => store.calendarFeeds.add(tx, feed, 'feed-of-b'),
        revoke: async (tx) => something(await store.calendarFeeds.revoke(tx, feed)),
        noteUse: async (tx) => something(await store.calendarFeeds.noteUse(tx, feed, at(1))),
      },
    },
  ],
  [
    CalendarDatesRepository,
    {
      reads: {
        published: (scope) => store.calendarDates.published(scope, { from: at(0), now: at(30), limit: 9 }),
        registrationsOf: (scope) => store.calendarDates.registrationsOf(scope, registration.holder, 9),
        changedAt: async (scope) => (await store.calendarDates.changedAt(scope, [changed])).size,
      },
      internal: ['some'],
    },
  ],
  [
    BookingRepository,
    {
      reads: {
        load: (scope) =>
          store.booking.load(scope, [
            makeRegister(past, { userId: user.id, idempotency: claim }),
            makeCancel(registration),
          ]),
        loadEdit: (scope) => store.booking.loadEdit(scope, [{ id: past.id, set: {} }]),
        loadOccurrences: (scope) => store.booking.loadOccurrences(scope, [past.id]),
        // What it is given stays: only what it finds for itself is judged.
        loadSettling: async (scope) => {
          const { occurrences, buckets } = await store.booking.loadSettling(scope, [registration]);
          return [occurrences, buckets];
        },
      },
      writes: {
        'flush (event)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, event: { id: event.id, expectedRevision: 1, set: { name: 'B' } } }),
        'flush (event deleted)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, event: { id: event.id, expectedRevision: 1, set: null } }),
        'flush (occurrence)': (tx) =>
          store.booking.flush(tx, {
            ...NO_CHANGES,
            occurrences: [{ id: past.id, expectedRev: past.rev, set: { status: 'CANCELLED' } }],
          }),
        'flush (occurrence deleted)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, occurrencesRemoved: [{ id: next.id, expectedRev: next.rev }] }),
        'flush (occurrence added)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, occurrencesAdded: [makeOccurrence(a)] }),
        'flush (registration)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, registrations: [{ expectedVersion: 1, registration }] }),
        'flush (registration added)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, registrationsAdded: [makeRegistration(next)] }),
        'flush (time taken)': (tx) => flushBucket(tx, { add: [{ ...interval, startsAt: at(30), endsAt: at(31) }] }),
        'flush (first time)': (tx) =>
          store.booking.flush(tx, {
            ...NO_CHANGES,
            bucketsAdded: [{ ...firstBucket(a, newHolder()), booked: [interval] }],
          }),
        'flush (time given back)': (tx) => flushBucket(tx, { remove: [registration.id] }),
        'flush (journal)': (tx) =>
          store.booking.flush(tx, { ...NO_CHANGES, journal: [{ ...journalRow, id: newId(), version: 2 }] }),
        'flush (idempotency)': (tx) => store.booking.flush(tx, { ...NO_CHANGES, idempotency: [idempotencyRow] }),
      },
      internal: [
        'writeEvent',
        'occurrences',
        'registrations',
        'activeRegistrations',
        'buckets',
        'pairs',
        'idempotencyRows',
      ],
    },
  ],
  [
    CachedMetadata,
    {
      reads: {
        findEvents: (scope) => cached.findEvents(scopeOf(scope), [event.id]),
        findEventsAnew: (scope) => cached.findEventsAnew(scopeOf(scope), [event.id]),
        findOrganization: (scope) => cached.findOrganization(scopeOf(scope)),
      },
    },
  ],
  [SoloRegistration, { writes: { write: (tx) => solo.write(tx, makeRegister(past), NOW) } }],
  [
    JournalRepository,
    {
      reads: {
        history: (scope) => store.journal.history(scope, journalRow.target, 10),
        histories: (scope) => store.journal.histories(scope, [journalRow]),
        auditPage: (scope) => store.journal.auditPage(scope, page),
        'auditPage (of a thing)': (scope) => store.journal.auditPage(scope, { ...page, target: journalRow.target }),
        findLast: (scope) => store.journal.findLast(scope, journalRow.target, 'REGISTERED'),
      },
      system: ['findDue'],
      writes: {
        add: (tx) => store.journal.add(tx, [{ ...journalRow, id: newId<JournalId>(), version: 2 }]),
        claim: async (tx) => something(await store.journal.claim(tx, dueRow, at(1))),
        holds: async (tx) => something(await store.journal.holds(tx, claimed)),
        finish: (tx) => store.journal.finish(tx, claimed),
        giveBack: (tx) => store.journal.giveBack(tx, claimed, { due: at(1), failed: true }),
        bury: (tx) => store.journal.bury(tx, claimed, at(1)),
        removeSome: async (tx) => something((await store.journal.removeSome(tx, at(1), 10)) > 0),
      },
    },
  ],
  [
    DeliveryRepository,
    {
      system: ['findDue'],
      writes: {
        add: (tx) => store.deliveries.add(tx, [{ ...delivery, id: 'another' }]),
        'release (waiting)': (tx) => store.deliveries.release(tx, waiting.journalId, at(1)),
        claim: async (tx) => something(await store.deliveries.claim(tx, { id: delivery.id, due: NOW }, at(1))),
        giveBack: (tx) => store.deliveries.giveBack(tx, claimedDelivery, { due: at(1), why: 'x' }),
        markSent: (tx) => store.deliveries.markSent(tx, claimedDelivery, at(1)),
        'withdraw (waiting)': (tx) => store.deliveries.withdraw(tx, waiting.journalId, at(1)),
        bury: (tx) => store.deliveries.bury(tx, claimedDelivery, { deadAt: at(1), why: 'x' }),
      },
    },
  ],
  [
    IdempotencyRepository,
    {
      reads: {
        findManyById: (scope) => store.idempotency.findManyById(scope, [claim.id]),
        replay: (scope) => store.idempotency.replay(scope, claim),
      },
      writes: { add: (tx) => store.idempotency.add(tx, [idempotencyRow]) },
    },
  ],
];

const flushBucket = (tx: Tx, change: Partial<Changes['buckets'][number]>): Promise<void> =>
  store.booking.flush(tx, {
    ...NO_CHANGES,
    buckets: bucket ? [{ ...bucket, holder: registration.holder, remove: [], add: [], force: [], ...change }] : [],
  });

/**
 * Global or no repository: an account is found before an organization is known; time zone data belongs to processes; the
 * unit of work only takes a scope; the change feed tells ids, and whoever is told reads under a scope of their own.
 */
const EXEMPT: readonly unknown[] = [AccountRepository, TimeZoneDataRepository, UnitOfWork, ChangeFeed];

const named = <Attempt>(repository: { name: string }, attempts: Readonly<Record<string, Attempt>> = {}) =>
  Object.entries(attempts).map(([method, attempt]) => ({ name: `${repository.name}.${method}`, attempt }));
const READS = TABLE.flatMap(([repository, { reads }]) => named(repository, reads));
const WRITES = TABLE.flatMap(([repository, { writes }]) => named(repository, writes));
/** Those that A itself could do; the others insert again what A has. */
const CHANGES = WRITES.filter(
  ({ name }) =>
    /^(BookingRepository|SoloRegistration|Journal|DeliveryRepository|Session|RefreshTokenRepository.mark|InvitationRepository.[ar][^d]|CalendarFeedRepository.[rn]|MembershipRepository.[sr]|UserRepository.ch|OrganizationRepository.(addAdmin|change|set)|EventRepository.move)/.test(
      name,
    ) && !/idempotency/.test(name),
);

/** Whether an answer has nothing in it: holes, empty lists, maps of holes. */
function isNothing(answer: unknown): boolean {
  if (answer === null || answer === undefined || answer === 0 || answer === false) return true;
  if (answer instanceof Set) return answer.size === 0;
  if (answer instanceof Map) return [...answer.values()].every(isNothing);
  if (Array.isArray(answer)) return answer.every(isNothing);
  if (answer instanceof Date || typeof answer !== 'object') return false;
  return Object.values(answer).every(isNothing);
}

const answerTo = (read: Read, scope: ReadScope): Promise<unknown> =>
  read(scope).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });

/** Everything that A owns, collection by collection. */
const dumpOfA = (): Promise<unknown[]> =>
  Promise.all(
    COLLECTIONS.filter(({ name }) => !['accounts', 'timeZoneData'].includes(name)).map(({ name, tenantOwned }) =>
      database.connection
        .collection(name)
        .find({ [tenantOwned ? 'tenantId' : '_id']: new Types.ObjectId(a) })
        .sort({ _id: 1 })
        .toArray(),
    ),
  );

describe('another organization', () => {
  it.each(READS)('finds nothing of ours: $name', async ({ attempt }) => {
    expect(isNothing(await answerTo(attempt, scopeA))).toBe(false);
    expect(isNothing(await answerTo(attempt, scopeB))).toBe(true);
    expect(isNothing(await store.unitOfWork.run(scopeB, (tx) => answerTo(attempt, tx)))).toBe(true);
  });

  it.each(WRITES)('changes nothing of ours, and adds nothing to it: $name', async ({ attempt }) => {
    const before = await dumpOfA();
    await store.unitOfWork.run(scopeB, attempt).catch(() => undefined);

    expect(before.every((rows) => Array.isArray(rows) && rows.length > 0)).toBe(true);
    expect(await dumpOfA()).toEqual(before);
  });

  it.each(CHANGES)('is refused what we could do ourselves: $name', async ({ attempt }) => {
    class Undone extends Error {}
    const doAndUndo = store.unitOfWork.run(scopeA, async (tx) => {
      await attempt(tx);
      throw new Undone();
    });

    await expect(doAndUndo).rejects.toThrow(Undone);
  });
});

describe('the contract', () => {
  const providers = Reflect.getMetadata(MODULE_METADATA.PROVIDERS, StoreModule) as unknown[];
  const inTable = new Map<unknown, Attempts>(TABLE);

  it('covers every provider of the store', () => {
    expect(providers.filter((one) => !EXEMPT.includes(one) && !inTable.has(one))).toEqual([]);
  });

  it.each(TABLE)('covers every method of %p', (repository, { reads = {}, writes = {}, system = [], internal = [] }) => {
    const covered = [...Object.keys(reads), ...Object.keys(writes)].map((name) => name.split(' ')[0]);
    const methods = Object.getOwnPropertyNames(repository.prototype).filter((name) => name !== 'constructor');

    expect([...new Set([...covered, ...system, ...internal])].sort()).toEqual(methods.sort());
  });
});
