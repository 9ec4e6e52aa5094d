import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { Event } from '../domain/event';
import type { EventId } from '../domain/ids';
import { toEvent, type EventDoc } from './event.schema';
import type { ReadScope } from './tenant-collection';
import { TenantRepository } from './tenant-repository';
import type { Tx } from './unit-of-work';

@Injectable()
export class EventRepository extends TenantRepository<EventDoc> {
  constructor(@InjectModel('Event') model: Model<EventDoc>) {
    super(model);
  }

  async findById(scope: ReadScope, id: EventId): Promise<Event | null> {
    const doc = await this.findOneDoc(scope, { _id: new Types.ObjectId(id) });
    return doc && toEvent(doc);
  }

  async findManyById(scope: ReadScope, ids: readonly EventId[]): Promise<(Event | null)[]> {
    return (await this.findDocsById(scope, ids)).map((doc) => doc && toEvent(doc));
  }

  async add(tx: Tx, event: Event): Promise<void> {
    const { id, editing, recurrence, ...rest } = event;
    await this.insertDocs(tx, [
      {
        ...rest,
        _id: new Types.ObjectId(id),
        tenantId: new Types.ObjectId(event.tenantId),
        recurrence: recurrence && {
          rrule: recurrence.rrule,
          exdates: [...recurrence.exdates],
          rdates: [...recurrence.rdates],
        },
        ...(editing ? { editing: true as const } : {}),
      },
    ]);
  }
}
