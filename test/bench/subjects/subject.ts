import type { TransactionStats } from '../../../src/store/unit-of-work';
import type { BenchDatabase } from '../bench-database';
import type { BookingLoad, Driven } from '../load';

/** One of those who are compared, set up afresh for one load. */
export interface OpenSubject {
  /** Processes whose time counts, besides the database's. */
  readonly pids: readonly number[];
  /** The processes of another database than the bench's MongoDB; asked when everything is connected. */
  databasePids?(): readonly number[];
  /** Transactions since it was opened; null: it does not count them. */
  readonly transactions: TransactionStats | null;
  /** What has to be there before the clock runs. */
  prepare?(load: BookingLoad): Promise<void>;
  drive(load: BookingLoad): Promise<Driven>;
  /** What is wrong in places that only it knows, past its own statements; an empty list is the only good answer. */
  faults?(load: BookingLoad, driven: Driven): Promise<string[]>;
  close(): Promise<void>;
}

export interface Subject {
  readonly name: string;
  readonly about: string;
  /**
   * What of the service it really does: a naive one has no time locks and no journal, a floor stores nothing, and one
   * with a database of its own looks after itself (`faults`).
   */
  readonly keeps: 'everything' | 'seats' | 'nothing' | 'its own';
  open(database: Pick<BenchDatabase, 'connection'>): Promise<OpenSubject>;
}

export const nothingToClose = async (): Promise<void> => undefined;
