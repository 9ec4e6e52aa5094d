import type { Connection } from 'mongoose';

/** What the server did for one statement. */
export interface Profiled {
  readonly plan: string;
  readonly keysExamined: number;
  readonly docsExamined: number;
  readonly returned: number;
}

interface ProfileRow {
  readonly planSummary?: string;
  readonly keysExamined?: number;
  readonly docsExamined?: number;
  readonly nreturned?: number;
}

/** The statements that `work` really sent to one collection, as the server's profiler saw them. */
export async function profiled(
  connection: Connection,
  collection: string,
  work: () => Promise<unknown>,
): Promise<Profiled[]> {
  const database = connection.getClient().db(connection.name);
  await database.command({ profile: 2 });
  try {
    await work();
  } finally {
    await database.command({ profile: 0 });
  }
  const ns = `${connection.name}.${collection}`;
  const rows = await database
    .collection('system.profile')
    .find({ ns, op: { $in: ['query', 'command'] } })
    .toArray();
  await database.collection('system.profile').drop();
  return rows.map((row) => {
    const { planSummary = '', keysExamined = 0, docsExamined = 0, nreturned = 0 } = row as ProfileRow;
    return { plan: planSummary, keysExamined, docsExamined, returned: nreturned };
  });
}
