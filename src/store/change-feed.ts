import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder, OccurrenceId, RegistrationId, TenantId } from '../domain/ids';
import { Logger } from '../platform/logger';
import type { ChangeStream, Db, Timestamp } from './driver';
import type { JournalDoc } from './journal.schema';

/** That something changed, whose it is, and what it touched; nothing of how it stands now. */
export interface Change {
  readonly tenantId: TenantId;
  /** The occurrence itself, or the one whose registration changed. */
  readonly occurrenceId: OccurrenceId | null;
  readonly registrationId: RegistrationId | null;
  /** Whose registration. */
  readonly holder: Holder | null;
}

export interface ChangeListener {
  changed(change: Change): void;
  /** Changes may have been missed: whatever was read before is out of date. */
  missed(): void;
}

/** A feed that runs until it is closed. */
export interface OpenFeed {
  close(): Promise<void>;
}

type ChangedRow = Pick<JournalDoc, 'tenantId' | 'target'> & {
  readonly p?: { readonly occurrenceId?: OccurrenceId; readonly holder?: Holder };
};

const PIPELINE = [
  { $match: { operationType: 'insert', 'fullDocument.target': /^(occurrence|registration):/ } },
  {
    $project: {
      operationType: 1,
      'fullDocument.tenantId': 1,
      'fullDocument.target': 1,
      'fullDocument.p.occurrenceId': 1,
      'fullDocument.p.holder': 1,
    },
  },
];
/** Rows that wait here at most; the rest waits in the server's oplog. */
const BATCH = 256;
/**
 * How far behind the server's present a feed begins, seconds. A transaction may become visible after one with a later
 * timestamp; a row that is told twice costs a read, one that is not told is lost.
 */
const OVERLAP_S = 1;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The journal as a feed of what was committed on a majority, by this process or another (`booking-engine.md` §3.3): one
 * change stream over its inserts. With `DueRef`s the only thing that is read across tenants; it carries ids alone, and
 * whoever is told reads for themselves, under their own scope.
 */
@Injectable()
export class ChangeFeed {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly logger: Logger,
  ) {}

  /** Resolves once every change that is committed from now on will be told. */
  async open(listener: ChangeListener): Promise<OpenFeed> {
    const db = this.connection.getClient().db(this.connection.name);
    const running = new RunningFeed(db, listener, this.logger);
    await running.begin();
    return running;
  }
}

class RunningFeed implements OpenFeed {
  readonly #closing = new AbortController();
  #stream: ChangeStream<JournalDoc> | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Db,
    private readonly listener: ChangeListener,
    private readonly logger: Logger,
  ) {}

  async begin(): Promise<void> {
    await this.#openStream();
    this.#ended = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#stream?.close();
    await this.#ended;
  }

  /** The server opens the stream with the first read; that it misses nothing is settled by the point it starts at. */
  async #openStream(): Promise<ChangeStream<JournalDoc>> {
    const { operationTime } = (await this.db.command({ ping: 1 })) as { operationTime: Timestamp };
    this.#closing.signal.throwIfAborted();
    this.#stream = this.db.collection<JournalDoc>('journal').watch<JournalDoc>(PIPELINE, {
      startAtOperationTime: new mongo.Timestamp({ t: operationTime.t - OVERLAP_S, i: 1 }),
      batchSize: BATCH,
      // The connection's own is weaker, and what may be rolled back is not told.
      readConcern: { level: 'majority' },
    });
    return this.#stream;
  }

  /** The driver resumes by itself after a lost connection. What is caught here is worse: no server, or history lost. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const stream = this.#stream ?? (await this.#beginAnew());
        for (;;) {
          const change = await stream.next();
          pause = FIRST_PAUSE_MS;
          if (change.operationType === 'insert') this.listener.changed(toChange(change.fullDocument));
        }
      } catch (err) {
        if (signal.aborted) return;
        this.logger.warn({ err, pauseMs: pause }, 'the feed of changes broke off and begins anew');
        await this.#stream?.close().catch(() => undefined);
        this.#stream = null;
        await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #beginAnew(): Promise<ChangeStream<JournalDoc>> {
    const stream = await this.#openStream();
    this.listener.missed();
    return stream;
  }
}

const OF_REGISTRATION = 'registration:';
const OF_OCCURRENCE = 'occurrence:';

function toChange({ tenantId, target, p }: ChangedRow): Change {
  const idAfter = (prefix: string): string | null => (target.startsWith(prefix) ? target.slice(prefix.length) : null);
  return {
    tenantId: tenantId.toHexString() as TenantId,
    occurrenceId: (idAfter(OF_OCCURRENCE) as OccurrenceId | null) ?? p?.occurrenceId ?? null,
    registrationId: idAfter(OF_REGISTRATION) as RegistrationId | null,
    holder: p?.holder ?? null,
  };
}
