import { Types, type Connection } from 'mongoose';
import type { Document } from '../../../src/store/driver';
import { fromEvent } from '../../../src/store/event.schema';
import { fromJournalRow } from '../../../src/store/journal.schema';
import { fromOccurrence } from '../../../src/store/occurrence.schema';
import { TestClock } from '../../support/clock';
import { byRule, officeOn } from '../../support/organizer';
import { modelsOn, unitOfWorkOn } from '../../support/store';
import type { BenchDatabase } from '../bench-database';
import { RULE, SCHEDULE, type Series } from '../series';

/** One way to store a series. */
export interface SeriesSubject {
  readonly name: string;
  readonly about: string;
  create(series: Series): Promise<unknown>;
  /** How many events, dates and journal rows there are now in the organization of a series. */
  stored(series: Series): Promise<SeriesCount>;
  databasePids(): readonly number[];
  close(): Promise<void>;
}

export interface SeriesCount {
  readonly events: number;
  readonly dates: number;
  /** Of the dates: how many start when they should. */
  readonly right: number;
  readonly rows: number;
}

/** S' and those that write the same documents through the same database. */
export const mongoSeries = (database: BenchDatabase): SeriesSubject[] => {
  const { connection } = database;
  const office = officeOn(connection, new TestClock());
  const unitOfWork = unitOfWorkOn(connection);
  const { event: Event, occurrence: Occurrence } = modelsOn(connection);
  const on = (name: string, about: string, create: SeriesSubject['create']): SeriesSubject => ({
    name,
    about,
    create,
    stored: (series) => stored(connection, series),
    databasePids: () => [database.pid],
    close: async () => undefined,
  });
  return [
    on("S'", 'the use case: rule read, judged and put on the clock, then stored in one transaction', ({ scope }) =>
      office.createEvent.execute(scope, byRule(RULE, SCHEDULE)),
    ),
    on('R0', 'raw insertMany of the same documents, made beforehand, in one transaction', (series) =>
      unitOfWork.run(series.scope, async ({ session }) => {
        for (const { collection, documents } of documentsOf(series))
          await connection.collection(collection).insertMany([...documents], { session });
      }),
    ),
    on('R00', 'R0 without a transaction', async (series) => {
      for (const { collection, documents } of documentsOf(series))
        await connection.collection(collection).insertMany([...documents], DURABLE);
    }),
    on('Mongoose', 'insertMany of Mongoose models, documents made beforehand, in one transaction', (series) =>
      unitOfWork.run(series.scope, async ({ session }) => {
        await Event.insertMany([fromEvent(series.event)], { session });
        await Occurrence.insertMany(series.dates.map(fromOccurrence), { session });
        await connection.collection('journal').insertOne(fromJournalRow(series.row), { session });
      }),
    ),
  ];
};

const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;

const documentsOf = ({ event, dates, row }: Series): { collection: string; documents: Document[] }[] => [
  { collection: 'events', documents: [fromEvent(event)] },
  { collection: 'occurrences', documents: dates.map(fromOccurrence) },
  { collection: 'journal', documents: [fromJournalRow(row)] },
];

async function stored(connection: Connection, { scope, dates }: Series): Promise<SeriesCount> {
  const part = { tenantId: new Types.ObjectId(scope.tenantId) };
  const wanted = dates.map(({ startsAt }) => startsAt);
  return {
    events: await connection.collection('events').countDocuments(part),
    dates: await connection.collection('occurrences').countDocuments(part),
    right: await connection.collection('occurrences').countDocuments({ ...part, startsAt: { $in: wanted } }),
    rows: await connection.collection('journal').countDocuments(part),
  };
}
