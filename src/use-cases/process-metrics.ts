import { Injectable } from '@nestjs/common';
import { systemScope } from '../domain/scope';
import { ReadThroughCache } from '../platform/cache';
import { Clock } from '../platform/clock';
import { Metrics } from '../platform/metrics';
import type { PoolCounts } from '../platform/mongo-pool';
import { DeliveryRepository } from '../store/delivery.repository';
import { JournalRepository } from '../store/journal.repository';
import { UnitOfWork } from '../store/unit-of-work';
import { BookingBatch } from './booking-batch';
import { BookingEngine } from './booking-engine';
import { DeliveryWorker } from './delivery/delivery-worker';

const SYSTEM = systemScope('metrics');

/** Who counts what already, and is read when somebody asks. */
@Injectable()
export class CountingParts {
  constructor(
    readonly engine: BookingEngine,
    readonly batch: BookingBatch,
    readonly unitOfWork: UnitOfWork,
    readonly worker: DeliveryWorker,
    readonly cache: ReadThroughCache,
  ) {}
}

/** What of the process is shown under `/metrics`, beyond what is counted as it happens [A12]. */
@Injectable()
export class ProcessMetrics {
  constructor(
    private readonly metrics: Metrics,
    private readonly parts: CountingParts,
    private readonly journal: JournalRepository,
    private readonly deliveries: DeliveryRepository,
    private readonly clock: Clock,
  ) {}

  /** Once in a process. */
  show(pool: Readonly<PoolCounts>): void {
    this.metrics.watchProcess();
    this.showBooking();
    this.showDueWork();
    const { worker, cache } = this.parts;
    const total = this.metrics.total.bind(this.metrics);
    total({
      name: 'deliveries_total',
      help: 'Attempts to deliver a message.',
      label: 'outcome',
      read: () => worker.stats,
    });
    total({
      name: 'cache_reads_total',
      help: 'Reads of organizations and events, by where they were found.',
      label: 'source',
      read: () => ({ ...cache.stats }),
    });
    this.metrics.gauge({
      name: 'database_connections',
      help: 'Sockets to the database: open, in use, and operations that wait for one.',
      label: 'state',
      read: () => ({ ...pool }),
    });
  }

  private showBooking(): void {
    const { engine, batch, unitOfWork } = this.parts;
    this.metrics.total({
      name: 'transactions_total',
      help: 'Transactions, by how they ended; `conflicts` are those of the aborted that somebody else was faster than.',
      label: 'end',
      read: () => ({ ...unitOfWork.stats }),
    });
    this.metrics.total({
      name: 'booking_batches_total',
      help: 'Batches of the booking engine: shared, by the short cut of one alone, halved because one of them failed.',
      label: 'kind',
      read: () => ({ shared: batch.stats.batches, solo: batch.stats.solo, halved: batch.stats.bisected }),
    });
    this.metrics.gauge({
      name: 'booking_queue',
      help: 'Commands and edits that wait, and transactions under way.',
      label: 'state',
      read: () => ({ waiting: engine.waiting, in_flight: engine.inFlight }),
    });
  }

  private showDueWork(): void {
    this.metrics.gauge({
      name: 'work_lag_seconds',
      help: 'How long the oldest due row of the journal has waited: large edits, removals, mails to be written.',
      read: async () => this.lag(await this.journal.findDue(SYSTEM, { now: this.clock.now(), limit: 1 })),
    });
    this.metrics.gauge({
      name: 'delivery_lag_seconds',
      help: 'How long the oldest message that is due has waited.',
      read: async () => this.lag(await this.deliveries.findDue(SYSTEM, this.clock.now(), 1)),
    });
  }

  private lag([oldest]: readonly { readonly due: Date }[]): number {
    return oldest === undefined ? 0 : Math.max(0, this.clock.now().getTime() - oldest.due.getTime()) / 1_000;
  }
}
