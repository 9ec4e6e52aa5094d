import type { EventId, OccurrenceId, TenantId, UserId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import { SystemClock } from '../../src/platform/clock';
import { newId } from '../../src/platform/new-id';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import { at, makeOccurrence } from '../support/make';
import type { BenchDatabase } from './bench-database';
import type { People } from './http/people';
import { DATES } from './http/questions';
import { type Asked, rowOf } from './reading';

/** The first page of a person's 30 days. */
export interface RangeRequest extends Asked {
  readonly from: Date;
  readonly to: Date;
  /** Of the dates on the page, in order. */
  readonly ids: readonly OccurrenceId[];
}

const TENANTS = 200;
/** An organization has a date every six hours: 30 days hold more than a page. */
const HOURS_APART = 6;
const DAYS = 30;
const PER_INSERT = 5_000;

interface Calendar {
  readonly tenantId: TenantId;
  readonly token: string;
  /** In order. */
  readonly ids: readonly OccurrenceId[];
  /** The same as answers tell them. */
  readonly rows: readonly string[];
}

/** Dates of 200 organizations, one after the other, so that every page is known beforehand. */
export class RangeData {
  readonly #calendars: Calendar[] = [];
  readonly #start = at(1, new SystemClock().now());

  private constructor(private readonly perTenant: number) {}

  static async create(database: BenchDatabase, people: People, occurrences: number): Promise<RangeData> {
    const data = new RangeData(Math.max(2 * DATES, Math.ceil(occurrences / TENANTS)));
    const viewers = Array.from({ length: TENANTS }, () => ({ tenantId: newId<TenantId>(), userId: newId<UserId>() }));
    const tokens = await people.enrol(viewers);
    for (const [index, { tenantId }] of viewers.entries()) {
      data.#calendars.push({ tenantId, token: tokens[index] ?? '', ...(await data.fill(database, tenantId)) });
    }
    return data;
  }

  get size(): number {
    return this.perTenant * TENANTS;
  }

  request(random: () => number): RangeRequest {
    const calendar = this.#calendars[Math.floor(random() * this.#calendars.length)];
    if (!calendar) throw new Error('there are no tenants');
    const first = Math.floor(random() * (this.perTenant - DATES));
    const from = this.startOf(first);
    const { tenantId, token, ids, rows } = calendar;
    const page = <Of>(all: readonly Of[]): readonly Of[] => all.slice(first, first + DATES);
    const within = Math.min(this.perTenant - first, (24 * DAYS) / HOURS_APART);
    const hasNextPage = within > DATES;
    return { tenantId, token, from, to: at(24 * DAYS, from), ids: page(ids), expected: page(rows), hasNextPage };
  }

  private startOf(n: number): Date {
    return at(n * HOURS_APART, this.#start);
  }

  private async fill({ connection }: BenchDatabase, tenantId: TenantId): Promise<Pick<Calendar, 'ids' | 'rows'>> {
    const eventId = newId<EventId>();
    const dates = Array.from({ length: this.perTenant }, (_, n) =>
      makeOccurrence(tenantId, { eventId, startsAt: this.startOf(n) }),
    );
    for (let from = 0; from < dates.length; from += PER_INSERT) {
      const some = dates.slice(from, from + PER_INSERT).map(fromOccurrence);
      await connection.collection('occurrences').insertMany(some, { ordered: false });
    }
    return { ids: dates.map(({ id }) => id), rows: dates.map(rowOfDate) };
  }
}

const rowOfDate = (date: Occurrence): string =>
  rowOf([
    date.id,
    date.startsAt,
    date.endsAt,
    date.startsAtLocal,
    date.timezone,
    date.status,
    date.capacity,
    date.seatsLeft,
  ]);
