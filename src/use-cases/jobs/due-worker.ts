import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { JournalRepository, type ClaimedRow, type DueRef } from '../../store/journal.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { DueHandlers, type DueHandler } from './due-handler';
import { Poller } from './poller';
import { MAX_ATTEMPTS, retryAt, shuffled, takeEach } from './queue-work';

const SYSTEM = systemScope('due-worker');
const POLL_MS = 500;
const ROWS_PER_POLL = 50;
/** Rows of one handler that are worked on side by side. */
const ROWS_AT_ONCE = 4;
/** How long a row is one worker's; long before that ends the worker gives back what is not done, for others to have a turn. */
const LEASE_MS = 30_000;
const TURN_MS = 2_000;
const STRAY_POLL_MS = 60_000;

/**
 * Carries on what is larger than one transaction: polls the journal's due rows, claims each by compare-and-set and works
 * on it under its own tenant's scope (`booking-engine.md` §5.2). Any number of processes may run one. Rows that stay
 * are the truth; the wake-up after a commit only saves the wait. Each handler has a lane of its own, looked up and worked
 * on apart from the others, so that no kind of work waits for another kind.
 */
@Injectable()
export class DueWorker {
  readonly #lanes: readonly Poller[];
  readonly #strays: Poller;
  #stopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: JournalRepository,
    private readonly handlers: DueHandlers,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#lanes = handlers.all.map(
      (handler) =>
        new Poller({ name: handler.types.join(), everyMs: POLL_MS, run: () => this.runLane(handler) }, logger),
    );
    this.#strays = new Poller({ name: 'stray rows', everyMs: STRAY_POLL_MS, run: () => this.reportStrays() }, logger);
  }

  start(): void {
    this.#stopping = false;
    for (const poller of [...this.#lanes, this.#strays]) poller.start();
  }

  /** Resolves when the rows in hand are given back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#lanes, this.#strays].map((poller) => poller.stop()));
  }

  /** Something may be due: look at once. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  /** Works on everything that is due now, as `start` does over and over; how many rows it had in hand. */
  async runDue(): Promise<number> {
    const [, ...handled] = await Promise.all([
      this.reportStrays(),
      ...this.handlers.all.map((handler) => this.runLane(handler)),
    ]);
    return handled.reduce((sum, count) => sum + count, 0);
  }

  private async runLane(handler: DueHandler): Promise<number> {
    const query = { now: this.clock.now(), limit: ROWS_PER_POLL, only: handler.types };
    const due = await this.journal.findDue(SYSTEM, query);
    return takeEach(shuffled(due), ROWS_AT_ONCE, (ref) => this.take(handler, ref));
  }

  /** Rows that nobody here works on: of a newer version, or of one whose handler is gone. They wait. Always 0. */
  private async reportStrays(): Promise<number> {
    const query = { now: this.clock.now(), limit: ROWS_PER_POLL, except: this.handlers.types };
    const strays = await this.journal.findDue(SYSTEM, query);
    const types = [...new Set(strays.map(({ type }) => type))];
    if (strays.length > 0) this.logger.warn({ types, rows: strays.length }, 'due rows that nobody works on');
    return 0;
  }

  private async take(handler: DueHandler, ref: DueRef): Promise<boolean> {
    if (this.#stopping) return false;
    const scope = tenantScope(ref.tenantId, { kind: 'system', name: 'due-worker' }, `work-${ref.id}`);
    const lease = new Date(this.clock.now().getTime() + LEASE_MS);
    const claimed = await this.unitOfWork.run(scope, (tx) => this.journal.claim(tx, ref, lease));
    if (claimed === null) return false;
    try {
      await this.work(scope, handler, claimed);
    } catch (error) {
      await this.failed(scope, claimed, error);
    }
    return true;
  }

  private async work(scope: TenantScope, handler: DueHandler, claimed: ClaimedRow): Promise<void> {
    // Only a row whose worker did not live to tell gets here.
    if (claimed.attempts > MAX_ATTEMPTS) return this.giveUp(scope, claimed, new Error('its workers die'));
    const until = performance.now() + TURN_MS;
    while ((await handler.step(scope, claimed)) === 'MORE') {
      if (performance.now() < until && !this.#stopping) continue;
      return this.giveBack(scope, claimed, { due: this.clock.now(), failed: false });
    }
  }

  /** BUSY is no failure: others came first. Anything else is tried again, later and later, and in the end left alone. */
  private async failed(scope: TenantScope, claimed: ClaimedRow, error: unknown): Promise<void> {
    const now = this.clock.now();
    const { row, attempts } = claimed;
    const busy = error instanceof RefusedError && error.code === 'BUSY';
    if (busy || attempts < MAX_ATTEMPTS) {
      const due = busy ? new Date(now.getTime() + POLL_MS) : retryAt(now, attempts);
      if (!busy) this.logger.warn({ err: error, row: row.id, type: row.type, attempts }, 'due work failed');
      return this.giveBack(scope, claimed, { due, failed: !busy });
    }
    await this.giveUp(scope, claimed, error);
  }

  private async giveUp(scope: TenantScope, claimed: ClaimedRow, error: unknown): Promise<void> {
    const { id, type } = claimed.row;
    this.logger.error({ err: error, alarm: 'due-work', row: id, type }, 'due work is given up');
    await this.unitOfWork.run(scope, (tx) => this.journal.bury(tx, claimed, this.clock.now()));
  }

  private giveBack(scope: TenantScope, claimed: ClaimedRow, next: { due: Date; failed: boolean }): Promise<void> {
    return this.unitOfWork.run(scope, (tx) => this.journal.giveBack(tx, claimed, next));
  }
}
