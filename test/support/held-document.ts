import type { Connection } from 'mongoose';

/** Runs `work` while another client's open transaction holds the document. */
export async function whileHeld<T>(
  connection: Connection,
  { collection, filter }: { collection: string; filter: Readonly<Record<string, unknown>> },
  work: () => Promise<T>,
): Promise<T> {
  const client = connection.getClient();
  const admin = client.db('admin');
  const lifetime = (seconds: number) => admin.command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds });
  // The holder must outlive the patience of those who wait.
  const { was } = (await lifetime(60)) as unknown as { was: number };
  const session = client.startSession();
  try {
    session.startTransaction();
    await client
      .db(connection.name)
      .collection(collection)
      .updateOne(filter, { $inc: { rev: 1 } }, { session });
    return await work();
  } finally {
    await session.abortTransaction();
    await session.endSession();
    await lifetime(was);
  }
}

/** Ends every session of the server, and with it the transactions that a lost commit left open. */
export async function endOpenTransactions(connection: Connection): Promise<void> {
  await connection.getClient().db('admin').command({ killAllSessions: [] });
}
