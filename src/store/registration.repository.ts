import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, Types, type Model } from 'mongoose';
import { holderOfUser, type Holder, type OccurrenceId, type RegistrationId, type UserId } from '../domain/ids';
import { REGISTRATION_STATUSES, type Registration, type RegistrationStatus } from '../domain/registration';
import type { Document } from './driver';
import { LONGEST_MS, type InstantRange } from './occurrence-range';
import { afterId, afterTime, pageOf, type IdPosition, type Page, type PageRequest, type TimePosition } from './page';
import { ATTENDEES_INDEX, HOLDER_INDEX, toRegistration, type RegistrationDoc } from './registration.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';

export interface HolderQuery extends PageRequest<TimePosition> {
  /** null: any. */
  readonly statuses?: readonly RegistrationStatus[] | null;
  /** Those whose registered time overlaps this. */
  readonly range?: InstantRange | null;
  readonly occurrenceId?: OccurrenceId | null;
}

export interface AttendeesQuery extends PageRequest<IdPosition> {
  /** null: any. */
  readonly statuses?: readonly RegistrationStatus[] | null;
}

/** A date whose active registrations are to follow it: those of an older `timeV`; null: all of them. */
export interface UnsettledDate {
  readonly id: OccurrenceId;
  readonly timeV: number | null;
}

/** Few alternatives: dates that moved equally often share one. */
function unsettledOn(dates: readonly UnsettledDate[]): Document[] {
  const idsByTimeV = new Map<number | null, Types.ObjectId[]>();
  for (const { id, timeV } of dates) {
    idsByTimeV.set(timeV, [...(idsByTimeV.get(timeV) ?? []), new Types.ObjectId(id)]);
  }
  return [...idsByTimeV].map(([timeV, ids]) => ({
    occurrenceId: { $in: ids },
    ...(timeV === null ? {} : { timeV: { $lt: timeV } }),
  }));
}

/** More than one holder can have on one event's dates [A10]. */
const MAX_OF_HOLDERS = 5_000;

export interface RegistrationCount {
  readonly ever: number;
  readonly active: number;
}

@Injectable()
export class RegistrationRepository extends TenantRepository<RegistrationDoc> {
  readonly #raw: TenantCollection<RegistrationDoc>;

  constructor(@InjectModel('Registration') model: Model<RegistrationDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'registrations');
  }

  async findById(scope: ReadScope, id: RegistrationId): Promise<Registration | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toRegistration(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly RegistrationId[]): Promise<(Registration | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toRegistration(doc));
  }

  /** How many registrations were ever made for each of the occurrences, and how many are active; absent: none ever. */
  async countByOccurrence(
    scope: ReadScope,
    ids: readonly OccurrenceId[],
  ): Promise<Map<OccurrenceId, RegistrationCount>> {
    const rows = await this.aggregateDocs<{ _id: Types.ObjectId; ever: number; active: number }>(scope, [
      { $match: { occurrenceId: { $in: ids.map((id) => new Types.ObjectId(id)) } } },
      {
        $group: {
          _id: '$occurrenceId',
          ever: { $sum: 1 },
          active: { $sum: { $cond: [{ $eq: ['$status', 'CANCELLED'] }, 0, 1] } },
        },
      },
    ]);
    return new Map(rows.map(({ _id, ...count }) => [_id.toHexString() as OccurrenceId, count]));
  }

  /**
   * Registrations that do not say yet what their date does, about `limit` of them but all of a holder's together: those
   * have to move at once, so that dates of one series which touch do not stand in each other's way.
   */
  async findUnsettled(scope: ReadScope, dates: readonly UnsettledDate[], limit: number): Promise<Registration[]> {
    const unsettled = { active: true, $or: unsettledOn(dates) };
    const some = await this.#raw.find(scope, {
      filter: unsettled,
      sort: { occurrenceId: 1, holder: 1 },
      expected: limit,
    });
    if (some.length === 0) return [];
    const holders = [...new Set(some.map(({ holder }) => holder))];
    const filter = { ...unsettled, holder: { $in: holders } };
    const theirs = await this.#raw.find(scope, { filter, sort: { holder: 1 }, expected: MAX_OF_HOLDERS });
    const chosen: RegistrationDoc[] = [];
    for (const holder of new Set(theirs.map((one) => one.holder))) {
      if (chosen.length >= limit) break;
      chosen.push(...theirs.filter((one) => one.holder === holder));
    }
    return chosen.map(toRegistration);
  }

  /**
   * Active registrations for some dates, holder by holder: all of a holder's are in one page, however they are spread.
   * `next`: the holder to go on after; null: that was the last page. `limit` is more than one holder can have there.
   */
  async pageByHolder(
    scope: ReadScope,
    dates: readonly OccurrenceId[],
    { after, limit }: { readonly after: Holder | null; readonly limit: number },
  ): Promise<{ registrations: Registration[]; next: Holder | null }> {
    const occurrenceId = { $in: dates.map((id) => new Types.ObjectId(id)) };
    const filter = { occurrenceId, active: true, ...(after === null ? {} : { holder: { $gt: after } }) };
    const rows = await this.#raw.find(scope, { filter, sort: { holder: 1 }, expected: limit });
    if (rows.length < limit) return { registrations: rows.map(toRegistration), next: null };
    // The last holder's may go on behind the limit.
    const whole = rows.filter(({ holder }) => holder !== rows.at(-1)?.holder).map(toRegistration);
    const last = whole.at(-1);
    if (!last) throw new Error('one holder fills a whole page of registrations');
    return { registrations: whole, next: last.holder };
  }

  /** A person's active registration for each of the occurrences, in the order asked; null where there is none. */
  async findManyOfUser(
    scope: ReadScope,
    userId: UserId,
    occurrenceIds: readonly OccurrenceId[],
  ): Promise<(Registration | null)[]> {
    const rows = await this.#raw.find(scope, {
      filter: {
        occurrenceId: { $in: occurrenceIds.map((id) => new Types.ObjectId(id)) },
        holder: holderOfUser(userId),
        active: true,
      },
      expected: occurrenceIds.length,
    });
    const byOccurrence = new Map(rows.map((row) => [row.occurrenceId.toHexString(), toRegistration(row)]));
    return occurrenceIds.map((id) => byOccurrence.get(id) ?? null);
  }

  /** One holder's registrations in order of (start, id). */
  async pageOfHolder(scope: ReadScope, holder: Holder, query: HolderQuery): Promise<Page<Registration>> {
    const { statuses, range, occurrenceId, first, after } = query;
    const conditions = afterTime('s', after);
    if (statuses) conditions.push({ status: { $in: [...statuses] } });
    if (occurrenceId) conditions.push({ occurrenceId: new Types.ObjectId(occurrenceId) });
    if (range) {
      const earliest = new Date(range.from.getTime() - LONGEST_MS);
      conditions.push({ s: { $gt: earliest, $lt: range.to } }, { e: { $gt: range.from } });
    }
    const rows = await this.#raw.find(scope, {
      filter: conditions.length === 0 ? { holder } : { holder, $and: conditions },
      sort: { s: 1, _id: 1 },
      hint: HOLDER_INDEX,
      expected: first + 1,
    });
    return pageOf(rows, first, toRegistration);
  }

  /** A date's registrations in order of the id, which is the order of asking. */
  async pageOfOccurrence(
    scope: ReadScope,
    occurrenceId: OccurrenceId,
    { statuses, first, after }: AttendeesQuery,
  ): Promise<Page<Registration>> {
    // Every status by name where none is asked for: the index then has a run in order of the id for each.
    const wanted = {
      occurrenceId: new Types.ObjectId(occurrenceId),
      status: { $in: [...(statuses ?? REGISTRATION_STATUSES)] },
    };
    const [behind] = afterId(after);
    const rows = await this.#raw.find(scope, {
      filter: { ...wanted, ...behind },
      sort: { _id: 1 },
      hint: ATTENDEES_INDEX,
      expected: first + 1,
    });
    return pageOf(rows, first, toRegistration);
  }
}
