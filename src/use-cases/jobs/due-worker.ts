import { Injectable } from '@nestjs/common';
import { RefusedError } from '../../domain/errors';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { JournalRepository, type ClaimedRow, type DueRef } from '../../store/journal.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { BegunEdits } from '../events/begun-edits';
import { SettleRegistrations } from '../events/settle-registrations';

const SYSTEM = systemScope('due-worker');
const POLL_MS = 500;
const ROWS_PER_POLL = 50;
/** How long a row is one worker's; within a third of it the worker gives back what is not done. */
const LEASE_MS = 30_000;
const TURN_MS = LEASE_MS / 3;
const MAX_ATTEMPTS = 12;
const MAX_BACKOFF_MS = 15 * 60_000;

/**
 * Carries on what is larger than one transaction: polls the journal's due rows, claims each by compare-and-set and works
 * on it under its own tenant's scope (`booking-engine.md` §5.2). Any number of processes may run one. Rows that stay
 * are the truth; the wake-up after a commit only saves the wait.
 */
@Injectable()
export class DueWorker {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #idle = true;
  #started = false;
  #stopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: JournalRepository,
    private readonly settling: SettleRegistrations,
    private readonly begun: BegunEdits,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#started = true;
    this.#stopping = false;
    this.schedule(0);
  }

  /** Resolves when the row in hand is given back. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  /** Something may be due: look at once. */
  wake(): void {
    if (this.#started && this.#idle) this.schedule(0);
  }

  /** Works on everything that is due now; how many rows it had in hand. */
  async runDue(): Promise<number> {
    let handled = 0;
    const due = await this.journal.findDue(SYSTEM, this.clock.now(), ROWS_PER_POLL);
    for (const ref of shuffled(due)) if (await this.take(ref)) handled += 1;
    return handled;
  }

  private schedule(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#idle = false;
      this.#running = this.poll();
    }, delayMs).unref();
  }

  private async poll(): Promise<void> {
    let handled = 0;
    try {
      handled = await this.runDue();
    } catch (error) {
      this.logger.error({ err: error }, 'due work could not be looked up');
    }
    this.#idle = true;
    if (this.#started) this.schedule(handled > 0 ? 0 : POLL_MS);
  }

  private async take(ref: DueRef): Promise<boolean> {
    const scope = tenantScope(ref.tenantId, { kind: 'system', name: 'due-worker' }, `work-${ref.id}`);
    const lease = new Date(this.clock.now().getTime() + LEASE_MS);
    const claimed = await this.unitOfWork.run(scope, (tx) => this.journal.claim(tx, ref, lease));
    if (claimed === null) return false;
    try {
      await this.work(scope, claimed);
    } catch (error) {
      await this.failed(scope, claimed, error);
    }
    return true;
  }

  private async work(scope: TenantScope, claimed: ClaimedRow): Promise<void> {
    if (claimed.row.type === 'SERIES_EDIT_BEGUN') return this.begun.abandon(scope, claimed);
    if (claimed.row.type !== 'REGISTRATIONS_DUE') throw new Error(`nobody works on ${claimed.row.type}`);
    const until = performance.now() + TURN_MS;
    while (await this.settling.step(scope, claimed)) {
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
      const due = new Date(now.getTime() + (busy ? POLL_MS : Math.min(1_000 * 2 ** attempts, MAX_BACKOFF_MS)));
      if (!busy) this.logger.warn({ err: error, row: row.id, type: row.type, attempts }, 'due work failed');
      return this.giveBack(scope, claimed, { due, failed: !busy });
    }
    this.logger.error({ err: error, alarm: 'due-work', row: row.id, type: row.type }, 'due work is given up');
    await this.unitOfWork.run(scope, (tx) => this.journal.bury(tx, claimed, now));
  }

  private giveBack(scope: TenantScope, claimed: ClaimedRow, next: { due: Date; failed: boolean }): Promise<void> {
    return this.unitOfWork.run(scope, (tx) => this.journal.giveBack(tx, claimed, next));
  }
}

/** So that several workers do not all reach for the same row first. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
