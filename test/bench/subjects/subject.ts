import type { TransactionStats } from '../../../src/store/unit-of-work';
import type { BenchDatabase } from '../bench-database';
import type { BookingLoad, Driven } from '../load';

/** One of those who are compared, set up afresh for one load. */
export interface OpenSubject {
  /** Processes whose time counts, besides the database's. */
  readonly pids: readonly number[];
  /** Transactions since it was opened; null: it does not count them. */
  readonly transactions: TransactionStats | null;
  /** What has to be there before the clock runs. */
  prepare?(load: BookingLoad): Promise<void>;
  drive(load: BookingLoad): Promise<Driven>;
  close(): Promise<void>;
}

export interface Subject {
  readonly name: string;
  readonly about: string;
  /** What of the service it really does: a naive one has no time locks and no journal, a floor stores nothing. */
  readonly keeps: 'everything' | 'seats' | 'nothing';
  open(database: BenchDatabase): Promise<OpenSubject>;
}

export const nothingToClose = async (): Promise<void> => undefined;
