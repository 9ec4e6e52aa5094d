import type { Connection } from 'mongoose';
import { until } from './until';

const PATIENCE_MS = 20_000;

/**
 * Resolves when what is due now has been worked on: mails are sent, registrations are released. What is put off until
 * later (a last look) may wait; what somebody has in hand may not.
 */
export async function settled(connection: Connection): Promise<void> {
  const inHandOrNow = { due: { $exists: true }, $or: [{ attempts: { $gt: 0 } }, { $expr: { $lte: ['$due', '$at'] } }] };
  const isIdle = async (): Promise<boolean> =>
    (await connection.collection('journal').countDocuments(inHandOrNow)) === 0 &&
    (await connection.collection('deliveries').countDocuments({ due: { $exists: true } })) === 0;
  await until(isIdle, 'what is due has been worked on', { patienceMs: PATIENCE_MS });
}
