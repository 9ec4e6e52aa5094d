import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { Holder, OccurrenceId } from '../domain/ids';
import type { Occurrence } from '../domain/occurrence';
import type { Registration } from '../domain/registration';
import type { Document } from './driver';
import type { JournalDoc } from './journal.schema';
import { PUBLISHED, RANGE_INDEX, toOccurrence, type OccurrenceDoc } from './occurrence.schema';
import { HOLDER_INDEX, toRegistration, type RegistrationDoc } from './registration.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';

export interface PublishedQuery {
  readonly from: Date;
  readonly now: Date;
  readonly limit: number;
}

/** Targets that the journal is asked for at once. */
const TARGETS_PER_FIND = 500;

/** What calendar feeds are made of: bounded reads, each along one index. */
@Injectable()
export class CalendarDatesRepository {
  readonly #occurrences: TenantCollection<OccurrenceDoc>;
  readonly #registrations: TenantCollection<RegistrationDoc>;
  readonly #journal: TenantCollection<JournalDoc>;

  constructor(@InjectConnection() connection: Connection) {
    this.#occurrences = new TenantCollection(connection, 'occurrences');
    this.#registrations = new TenantCollection(connection, 'registrations');
    this.#journal = new TenantCollection(connection, 'journal');
  }

  /** The dates nearest to now that are no drafts: those ahead first, then those since `from`, the newest first. */
  async published(scope: ReadScope, { from, now, limit }: PublishedQuery): Promise<Occurrence[]> {
    const ahead = await this.some(scope, { $gte: now }, { order: 1, limit });
    const left = limit - ahead.length;
    const behind = left === 0 ? [] : await this.some(scope, { $gte: from, $lt: now }, { order: -1, limit: left });
    return [...ahead, ...behind].map(toOccurrence);
  }

  private some(
    scope: ReadScope,
    startsAt: Document,
    { order, limit }: { readonly order: 1 | -1; readonly limit: number },
  ): Promise<OccurrenceDoc[]> {
    return this.#occurrences.find(scope, {
      filter: { startsAt, ...PUBLISHED },
      sort: { startsAt: order, _id: order },
      hint: RANGE_INDEX,
      expected: limit,
    });
  }

  /** Everything that one holder ever claimed, cancelled or not, the latest start first. */
  async registrationsOf(scope: ReadScope, holder: Holder, limit: number): Promise<Registration[]> {
    const rows = await this.#registrations.find(scope, {
      filter: { holder },
      sort: { s: -1, _id: -1 },
      hint: HOLDER_INDEX,
      expected: limit,
    });
    return rows.map(toRegistration);
  }

  /** When each date was changed last, by the journal's row of its revision; absent: never since it was made. */
  async changedAt(scope: ReadScope, dates: readonly Occurrence[]): Promise<Map<OccurrenceId, Date>> {
    const changed = dates.filter(({ revision }) => revision > 1);
    const byTarget = new Map(changed.map((date) => [`occurrence:${date.id}`, date]));
    const targets = [...byTarget.keys()];
    const found = new Map<OccurrenceId, Date>();
    for (let start = 0; start < targets.length; start += TARGETS_PER_FIND) {
      const some = targets.slice(start, start + TARGETS_PER_FIND);
      const versions = [...new Set(some.map((target) => byTarget.get(target)?.revision))];
      const rows = await this.#journal.find(scope, {
        filter: { target: { $in: some }, version: { $in: versions } },
        projection: { _id: 0, target: 1, version: 1, at: 1 },
        expected: some.length * versions.length,
      });
      for (const { target, version, at } of rows) {
        const date = byTarget.get(target);
        if (date?.revision === version) found.set(date.id, at);
      }
    }
    return found;
  }
}
