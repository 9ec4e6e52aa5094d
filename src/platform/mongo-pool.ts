import type { Connection } from 'mongoose';

/** The driver's sockets to the servers, by what they do. */
export interface PoolCounts {
  open: number;
  inUse: number;
  /** Operations that wait for a socket: with a pool that is large enough, none. */
  waiting: number;
}

/** Counts from now on: ask for it before the connection is used. */
export function watchPool(connection: Connection): Readonly<PoolCounts> {
  const counts: PoolCounts = { open: 0, inUse: 0, waiting: 0 };
  const client = connection.getClient();
  client.on('connectionCreated', () => (counts.open += 1));
  client.on('connectionClosed', () => (counts.open -= 1));
  client.on('connectionCheckOutStarted', () => (counts.waiting += 1));
  client.on('connectionCheckOutFailed', () => (counts.waiting -= 1));
  client.on('connectionCheckedOut', () => {
    counts.waiting -= 1;
    counts.inUse += 1;
  });
  client.on('connectionCheckedIn', () => (counts.inUse -= 1));
  return counts;
}
