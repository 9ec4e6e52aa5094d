import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Connection, Types, type Model } from 'mongoose';
import type { EventId, OccurrenceId } from '../domain/ids';
import type { Occurrence } from '../domain/occurrence';
import { fromOccurrence, toOccurrence, type OccurrenceDoc } from './occurrence.schema';
import { TenantCollection, type ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

/** How many dates "the next one with seats" looks at before it says there is none. */
const NEXT_WITH_SEATS_WALK = 50;

@Injectable()
export class OccurrenceRepository extends TenantRepository<OccurrenceDoc> {
  readonly #raw: TenantCollection<OccurrenceDoc>;

  constructor(@InjectModel('Occurrence') model: Model<OccurrenceDoc>, @InjectConnection() connection: Connection) {
    super(model);
    this.#raw = new TenantCollection(connection, 'occurrences');
  }

  async findById(scope: ReadScope, id: OccurrenceId): Promise<Occurrence | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toOccurrence(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly OccurrenceId[]): Promise<(Occurrence | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toOccurrence(doc));
  }

  /** The date of an event that happens once; null when there is no such event. */
  async findOnlyIdOfEvent(scope: ReadScope, eventId: EventId): Promise<OccurrenceId | null> {
    const doc = await this.findOneDoc(scope, { eventId: new Types.ObjectId(eventId) });
    return doc && (doc._id.toHexString() as OccurrenceId);
  }

  async addMany(tx: Tx, occurrences: readonly Occurrence[]): Promise<void> {
    await this.#raw.insert(tx, occurrences.map(fromOccurrence));
  }

  /**
   * The event's next open date after `after` with at least `seats` free. A counter is never indexed, so it walks the
   * event's dates in order and stops after a bounded number.
   */
  async findNextWithSeats(
    scope: ReadScope,
    { eventId, after, seats }: { eventId: EventId; after: Date; seats: number },
  ): Promise<OccurrenceId | null> {
    const dates = await this.#raw.find(scope, {
      filter: { eventId: new Types.ObjectId(eventId), startsAt: { $gt: after } },
      sort: { startsAt: 1, _id: 1 },
      projection: { seatsLeft: 1, status: 1, paused: 1 },
      expected: NEXT_WITH_SEATS_WALK,
    });
    const next = dates.find((date) => date.status === 'SCHEDULED' && !date.paused && date.seatsLeft >= seats);
    return next ? (next._id.toHexString() as OccurrenceId) : null;
  }
}
