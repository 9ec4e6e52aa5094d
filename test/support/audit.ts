import type { Connection } from 'mongoose';
import type { JournalDoc } from '../../src/store/journal.schema';

/* The journal as the database has it, whoever's it is. */

export const journalRows = async (
  { connection }: { readonly connection: Connection },
  filter: Readonly<Record<string, unknown>> = {},
): Promise<JournalDoc[]> =>
  (await connection.collection('journal').find(filter).sort({ _id: 1 }).toArray()) as unknown as JournalDoc[];

/** What requests wrote: the work that they left is done in the name of whoever asked, whenever a worker gets to it. */
export const rowsOfRequest = (service: { readonly connection: Connection }, requestId: string): Promise<JournalDoc[]> =>
  journalRows(service, { requestId });
