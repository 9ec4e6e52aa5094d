import type { EventId, OccurrenceId, TenantId, UserId } from '../../src/domain/ids';
import { SystemClock } from '../../src/platform/clock';
import { newId } from '../../src/platform/new-id';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import { at, makeOccurrence } from '../support/make';
import type { BenchDatabase } from './bench-database';
import type { People } from './http/people';

/** The first page of a person's 30 days, and what has to be on it. */
export interface RangeRequest {
  readonly tenantId: TenantId;
  readonly token: string;
  readonly from: Date;
  readonly to: Date;
  /** In order. */
  readonly expected: readonly OccurrenceId[];
}

export const PAGE = 100;
const TENANTS = 200;
/** An organization has a date every six hours: 30 days hold more than a page. */
const HOURS_APART = 6;
const DAYS = 30;
const PER_INSERT = 5_000;

/** Dates of 200 organizations, one after the other, so that every page is known beforehand. */
export class RangeData {
  readonly #tenants: { readonly tenantId: TenantId; readonly token: string; readonly ids: readonly OccurrenceId[] }[] =
    [];
  readonly #start = at(1, new SystemClock().now());

  private constructor(private readonly perTenant: number) {}

  static async create(database: BenchDatabase, people: People, occurrences: number): Promise<RangeData> {
    const data = new RangeData(Math.max(2 * PAGE, Math.ceil(occurrences / TENANTS)));
    const viewers = Array.from({ length: TENANTS }, () => ({ tenantId: newId<TenantId>(), userId: newId<UserId>() }));
    const tokens = await people.enrol(viewers);
    for (const [index, { tenantId }] of viewers.entries()) {
      data.#tenants.push({ tenantId, token: tokens[index] ?? '', ids: await data.fill(database, tenantId) });
    }
    return data;
  }

  get size(): number {
    return this.perTenant * TENANTS;
  }

  request(random: () => number): RangeRequest {
    const tenant = this.#tenants[Math.floor(random() * this.#tenants.length)];
    if (!tenant) throw new Error('there are no tenants');
    const first = Math.floor(random() * (this.perTenant - PAGE));
    const from = this.startOf(first);
    const { tenantId, token, ids } = tenant;
    return { tenantId, token, from, to: at(24 * DAYS, from), expected: ids.slice(first, first + PAGE) };
  }

  private startOf(n: number): Date {
    return at(n * HOURS_APART, this.#start);
  }

  private async fill({ connection }: BenchDatabase, tenantId: TenantId): Promise<OccurrenceId[]> {
    const eventId = newId<EventId>();
    const dates = Array.from({ length: this.perTenant }, (_, n) =>
      makeOccurrence(tenantId, { eventId, startsAt: this.startOf(n) }),
    );
    for (let from = 0; from < dates.length; from += PER_INSERT) {
      const some = dates.slice(from, from + PER_INSERT).map(fromOccurrence);
      await connection.collection('occurrences').insertMany(some, { ordered: false });
    }
    return dates.map(({ id }) => id);
  }
}
