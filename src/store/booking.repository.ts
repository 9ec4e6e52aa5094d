import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, Types } from 'mongoose';
import type { BookingCommand } from '../domain/booking/commands';
import type { OccurrenceEdit } from '../domain/booking/edit';
import { pairKey, type BookedInterval, type BookingView, type Changes, type EventChange } from '../domain/booking/view';
import { bucketsOf, type BucketKey } from '../domain/bucket';
import type { Holder, OccurrenceId, RegistrationId } from '../domain/ids';
import type { Interval } from '../domain/interval';
import type { Occurrence } from '../domain/occurrence';
import type { Registration } from '../domain/registration';
import { bucketStatement, fromNewBucket, occurrenceStatement, registrationStatement } from './booking-statements';
import type { Document } from './driver';
import type { EventDoc } from './event.schema';
import { IdempotencyRepository } from './idempotency.repository';
import { JournalRepository } from './journal.repository';
import { fromOccurrence, toOccurrence, type OccurrenceDoc } from './occurrence.schema';
import { fromRegistration, toRegistration, type RegistrationDoc } from './registration.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import type { TimeLockDoc } from './time-lock.schema';
import type { Tx } from './unit-of-work';

/** Whose time is asked for, and when. */
interface Claim {
  readonly holder: Holder;
  readonly interval: Interval;
}

/** More than an edit ever loads in one piece: above a hundred the work goes in chunks. */
const MAX_EDIT_REGISTRATIONS = 20_000;

/** Loads what a batch's decision rests on, and writes the decision: the imperative shell around `domain/booking`. */
@Injectable()
export class BookingRepository {
  readonly #occurrences: TenantCollection<OccurrenceDoc>;
  readonly #registrations: TenantCollection<RegistrationDoc>;
  readonly #timeLocks: TenantCollection<TimeLockDoc>;
  readonly #events: TenantCollection<EventDoc>;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly journal: JournalRepository,
    private readonly idempotency: IdempotencyRepository,
  ) {
    this.#occurrences = new TenantCollection(connection, 'occurrences');
    this.#registrations = new TenantCollection(connection, 'registrations');
    this.#timeLocks = new TenantCollection(connection, 'timeLocks');
    this.#events = new TenantCollection(connection, 'events');
  }

  /** The view of a batch of commands: two to five finds, one after the other (a session takes one statement at a time). */
  async load(scope: ReadScope, commands: readonly BookingCommand[]): Promise<BookingView> {
    const occurrences = await this.occurrences(scope, [...new Set(commands.map((command) => command.occurrenceId))]);
    const claims: Claim[] = [];
    const pairs: { occurrenceId: OccurrenceId; holder: Holder }[] = [];
    for (const { kind, occurrenceId, holder } of commands) {
      const occurrence = occurrences.get(occurrenceId);
      if (kind === 'cancel' || !occurrence) continue;
      if (occurrence.rules.conflictPolicy === 'BLOCK') claims.push({ holder, interval: occurrence });
      else pairs.push({ occurrenceId, holder });
    }
    const cancels = commands.filter(({ kind }) => kind === 'cancel').map(({ registrationId }) => registrationId);
    const keys = commands.flatMap(({ idempotency }) => (idempotency ? [idempotency.id] : []));
    return {
      occurrences,
      buckets: await this.buckets(scope, claims),
      registrations: await this.registrations(scope, cancels),
      pairs: await this.pairs(scope, pairs),
      idempotency: await this.idempotencyRows(scope, keys),
    };
  }

  /**
   * The view of an organizer's edit: the occurrences, everybody registered for them (or only the chosen), and their time
   * around old and new.
   */
  async loadEdit(
    scope: ReadScope,
    edits: readonly OccurrenceEdit[],
    chosen?: readonly Registration[],
  ): Promise<BookingView> {
    const ids = edits.map(({ id }) => id);
    const occurrences = await this.occurrences(scope, ids);
    const registrations = chosen ? byId(chosen) : await this.activeRegistrations(scope, ids);
    const newTimes = new Map(edits.map(({ id, set }) => [id, { startsAt: set.startsAt, endsAt: set.endsAt }]));
    const claims = [...registrations.values()].map(({ holder, occurrenceId, startsAt, endsAt }): Claim => {
      const to = newTimes.get(occurrenceId);
      return { holder, interval: { startsAt: to?.startsAt ?? startsAt, endsAt: to?.endsAt ?? endsAt } };
    });
    const buckets = await this.buckets(scope, claims);
    return { occurrences, registrations, buckets, pairs: new Map(), idempotency: new Map() };
  }

  /** The view of some registrations that follow their occurrences, which have moved or closed before. */
  async loadSettling(scope: ReadScope, chosen: readonly Registration[]): Promise<BookingView> {
    const ids = [...new Set(chosen.map(({ occurrenceId }) => occurrenceId))];
    const occurrences = await this.occurrences(scope, ids);
    const registrations = byId(chosen);
    const claims = chosen.map(({ holder, occurrenceId, startsAt, endsAt }): Claim => {
      return { holder, interval: occurrences.get(occurrenceId) ?? { startsAt, endsAt } };
    });
    const buckets = await this.buckets(scope, claims);
    return { occurrences, registrations, buckets, pairs: new Map(), idempotency: new Map() };
  }

  /** The view of an edit that leaves the registrations alone, altogether or for now. */
  async loadOccurrences(scope: ReadScope, ids: readonly OccurrenceId[]): Promise<BookingView> {
    const occurrences = await this.occurrences(scope, ids);
    return { occurrences, registrations: new Map(), buckets: new Map(), pairs: new Map(), idempotency: new Map() };
  }

  /** Writes a decision: one command with an array per collection. Throws before anything is committed. */
  async flush(tx: Tx, changes: Changes): Promise<void> {
    if (changes.event) await this.writeEvent(tx, changes.event);
    await this.#occurrences.update(tx, changes.occurrences.map(occurrenceStatement));
    await this.#occurrences.delete(tx, changes.occurrencesRemoved.map(byIdAndRev));
    await this.#registrations.update(tx, changes.registrations.map(registrationStatement));
    await this.#timeLocks.update(tx, changes.buckets.map(bucketStatement));
    await this.#timeLocks.insert(tx, changes.bucketsAdded.map(fromNewBucket));
    // After the updates: cancelling and registering again in one batch would meet in the partial unique index.
    await this.#registrations.insert(tx, changes.registrationsAdded.map(fromRegistration));
    await this.#occurrences.insert(tx, changes.occurrencesAdded.map(fromOccurrence));
    await this.journal.add(tx, changes.journal);
    await this.idempotency.add(tx, changes.idempotency);
  }

  private async writeEvent(tx: Tx, { id, expectedRevision, set }: EventChange): Promise<void> {
    const filter = { _id: new Types.ObjectId(id), revision: expectedRevision };
    if (set === null) return this.#events.delete(tx, [filter]);
    const { editing, ...fields } = set;
    const update = {
      $set: { ...fields, ...(editing ? { editing: true } : {}) },
      ...(editing === false ? { $unset: { editing: '' } } : {}),
    };
    return this.#events.update(tx, [{ filter, update }]);
  }

  private async occurrences(
    scope: ReadScope,
    ids: readonly OccurrenceId[],
  ): Promise<Map<OccurrenceId, Occurrence | null>> {
    const view = new Map<OccurrenceId, Occurrence | null>(ids.map((id) => [id, null]));
    const docs = await this.#occurrences.findByIds(scope, ids.map(toObjectId));
    for (const occurrence of docs.map(toOccurrence)) view.set(occurrence.id, occurrence);
    return view;
  }

  private async registrations(
    scope: ReadScope,
    ids: readonly RegistrationId[],
  ): Promise<Map<RegistrationId, Registration | null>> {
    const view = new Map<RegistrationId, Registration | null>(ids.map((id) => [id, null]));
    const docs = await this.#registrations.findByIds(scope, [...view.keys()].map(toObjectId));
    for (const registration of docs.map(toRegistration)) view.set(registration.id, registration);
    return view;
  }

  private async activeRegistrations(
    scope: ReadScope,
    occurrenceIds: readonly OccurrenceId[],
  ): Promise<Map<RegistrationId, Registration>> {
    const filter = { occurrenceId: { $in: occurrenceIds.map(toObjectId) }, active: true };
    const docs = await this.#registrations.find(scope, { filter, expected: MAX_EDIT_REGISTRATIONS });
    return new Map(docs.map(toRegistration).map((registration) => [registration.id, registration]));
  }

  private async buckets(
    scope: ReadScope,
    claims: readonly Claim[],
  ): Promise<Map<BucketKey, readonly BookedInterval[] | null>> {
    const view = new Map<BucketKey, readonly BookedInterval[] | null>();
    if (claims.length === 0) return view;
    for (const { holder, interval } of claims) {
      for (const { key } of bucketsOf(scope.tenantId, holder, interval)) view.set(key, null);
    }
    const projection = { iv: inWindow(claims.map(({ interval }) => interval)) };
    for (const { _id, iv } of await this.#timeLocks.findByIds(scope, [...view.keys()], projection)) {
      view.set(_id as BucketKey, iv.map(toBooked));
    }
    return view;
  }

  private async pairs(
    scope: ReadScope,
    wanted: readonly { occurrenceId: OccurrenceId; holder: Holder }[],
  ): Promise<Map<string, Registration | null>> {
    const view = new Map<string, Registration | null>();
    if (wanted.length === 0) return view;
    const holders = new Map<OccurrenceId, Holder[]>();
    for (const { occurrenceId, holder } of wanted) {
      view.set(pairKey(occurrenceId, holder), null);
      holders.set(occurrenceId, [...(holders.get(occurrenceId) ?? []), holder]);
    }
    const any = [...holders].map(([id, those]) => ({
      occurrenceId: toObjectId(id),
      holder: { $in: those },
      active: true,
    }));
    const docs = await this.#registrations.find(scope, { filter: { $or: any }, expected: wanted.length });
    for (const registration of docs.map(toRegistration)) {
      view.set(pairKey(registration.occurrenceId, registration.holder), registration);
    }
    return view;
  }

  private async idempotencyRows(scope: ReadScope, ids: readonly string[]): Promise<BookingView['idempotency']> {
    const view = new Map<string, NonNullable<ReturnType<BookingView['idempotency']['get']>> | null>();
    ids.forEach((id) => view.set(id, null));
    for (const row of await this.idempotency.findManyById(scope, [...view.keys()])) view.set(row.id, row);
    return view;
  }
}

const byId = (registrations: readonly Registration[]): Map<RegistrationId, Registration> =>
  new Map(registrations.map((registration) => [registration.id, registration]));

const toObjectId = (id: string): Types.ObjectId => new Types.ObjectId(id);

const byIdAndRev = ({ id, expectedRev }: Changes['occurrencesRemoved'][number]): Document => ({
  _id: toObjectId(id),
  rev: expectedRev,
});

const toBooked = ({ s, e, r, o }: TimeLockDoc['iv'][number]): BookedInterval => ({
  startsAt: s,
  endsAt: e,
  registrationId: r.toHexString() as RegistrationId,
  occurrenceId: o.toHexString() as OccurrenceId,
});

/** Only the intervals that meet the batch's times: no reply grows with a holder's past. */
function inWindow(intervals: readonly Interval[]): Document {
  const from = new Date(Math.min(...intervals.map(({ startsAt }) => startsAt.getTime())));
  const to = new Date(Math.max(...intervals.map(({ endsAt }) => endsAt.getTime())));
  return { $filter: { input: '$iv', cond: { $and: [{ $lt: ['$$this.s', to] }, { $gt: ['$$this.e', from] }] } } };
}
