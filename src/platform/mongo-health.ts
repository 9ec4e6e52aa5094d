import type { Connection } from 'mongoose';
import { CHECK_TIMEOUT, type ReadinessCheck } from './health';

/** Reachable, and a primary that takes writes: a secondary answers a ping just as well. */
export const databaseIsWritable = (connection: Connection): ReadinessCheck => ({
  name: 'database',
  check: async () => {
    const hello = await connection.getClient().db('admin').command({ hello: 1 }, { timeoutMS: CHECK_TIMEOUT });
    return hello['isWritablePrimary'] === true;
  },
});
