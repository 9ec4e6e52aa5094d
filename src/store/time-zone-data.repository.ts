import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { TimeZoneData } from '../platform/time-zone-data';
import type { Collection } from './driver';
import { timeZoneDataCollection, type TimeZoneDataDoc } from './time-zone-data.schema';

/** Which time zone data the stored dates were compared with: of no tenant, for it is the processes that have it. */
@Injectable()
export class TimeZoneDataRepository {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly own: TimeZoneData,
  ) {}

  /** This process's version, the newest that any works with, and when the dates were compared with that one. */
  async reached(): Promise<{ readonly version: string; readonly newest: string; readonly checkedAt: Date | null }> {
    const { version } = this.own;
    const isNewer = { $lt: ['$version', version] };
    const doc = await this.#collection.findOneAndUpdate(
      { _id: 'newest' },
      [
        {
          $set: {
            version: { $cond: [isNewer, version, '$version'] },
            checkedAt: { $cond: [isNewer, null, '$checkedAt'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    if (doc === null) throw new Error('an upsert returned nothing');
    return { version, newest: doc.version, checkedAt: doc.checkedAt };
  }

  /** All dates were compared with this process's data. Says nothing where newer data is known by now. */
  async checked(at: Date): Promise<void> {
    await this.#collection.updateOne({ _id: 'newest', version: this.own.version }, { $set: { checkedAt: at } });
  }

  get #collection(): Collection<TimeZoneDataDoc> {
    return this.connection.getClient().db(this.connection.name).collection(timeZoneDataCollection.name);
  }
}
