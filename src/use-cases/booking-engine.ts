import { Injectable } from '@nestjs/common';
import { RETRY_AFTER_MS, refused, type Answer, type BookingCommand } from '../domain/booking/commands';
import { MAX_EFFECTS } from '../domain/booking/decide';
import { RefusedError } from '../domain/errors';
import type { OccurrenceId, TenantId } from '../domain/ids';
import type { TenantScope } from '../domain/scope';
import { Metrics } from '../platform/metrics';
import { OccurrenceRepository } from '../store/occurrence.repository';
import { RETRY_BUDGET_MS, UnitOfWork, type Tx } from '../store/unit-of-work';
import { BookingBatch, type Settled } from './booking-batch';
import type { WaitingCommand, WaitingEdit } from './booking-lane';
import { BookingQueue, type Batch } from './booking-queue';

/** Weight of the newest batch in the running mean of milliseconds per transaction. */
const NEWEST_WEIGHT = 0.2;
const EXPIRY_CHECK_MS = 500;

/**
 * Every command that touches an occurrence's numbers or a holder's time goes through here: what waits at the same moment
 * shares one transaction (`booking-engine.md` §3.2). No timer: an idle engine starts with what the current turn of the
 * event loop brought; under load a batch is what gathered while the one before it ran.
 */
@Injectable()
export class BookingEngine {
  readonly #queue = new BookingQueue((command) => this.batch.isExhausted(command));
  #msPerTransaction = 0;
  #pumping = false;
  /** Answers under way that still look for another date to offer. */
  #offering = 0;
  #expiry: NodeJS.Timeout | null = null;
  #drained: Promise<void> | null = null;
  #whenIdle: (() => void) | null = null;

  constructor(
    private readonly batch: BookingBatch,
    private readonly unitOfWork: UnitOfWork,
    private readonly occurrences: OccurrenceRepository,
    private readonly metrics: Metrics,
  ) {}

  /** Commands and edits that have not been started. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Transactions under way. */
  get inFlight(): number {
    return this.#queue.inFlight;
  }

  /**
   * The answer once it is on a majority. BUSY means that nothing happened.
   *
   * @throws OutcomeUnknownError, or an unexpected error of this command alone
   */
  submit(scope: TenantScope, command: BookingCommand): Promise<Answer> {
    const wait = this.expectedWaitMs(scope.tenantId);
    const { kind } = command;
    if (this.#drained || wait > RETRY_BUDGET_MS || this.#queue.isFullFor(scope.tenantId)) {
      return Promise.resolve(this.counted(kind, busyAfter(wait)));
    }
    const deadline = performance.now() + RETRY_BUDGET_MS;
    return new Promise<Answer>((resolve, reject) => {
      this.enqueue(scope, {
        scope,
        command,
        deadline,
        resolve: (answer) => resolve(this.counted(kind, answer)),
        reject: (error) => {
          this.metrics.booking(kind, 'FAULT');
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      });
    });
  }

  /**
   * Runs an organizer's edit, or the service's own, as one transaction while none of its tenant's bookings is in flight in
   * this process, so that a storm cannot starve it; nor does a queue that is full of commands keep it out. Against other
   * processes it is retried like everything else.
   *
   * @throws RefusedError BUSY when its turn does not come in time
   */
  submitEdit<T>(scope: TenantScope, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#drained || this.#queue.isFullForEdits(scope.tenantId)) {
      return Promise.reject(new RefusedError({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS }));
    }
    const deadline = performance.now() + RETRY_BUDGET_MS;
    return new Promise<T>((resolve, reject) => {
      const run = (): Promise<void> => this.unitOfWork.run(scope, work).then(resolve, reject);
      this.enqueue(scope, { scope, deadline, run, reject });
    });
  }

  /** Takes nothing new and resolves when everything in hand is answered. */
  drain(): Promise<void> {
    this.#drained ??= new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
    this.pump();
    return this.#drained;
  }

  private counted(kind: BookingCommand['kind'], answer: Answer): Answer {
    this.metrics.booking(kind, answer.kind === 'refused' ? answer.refusal.code : 'DONE');
    return answer;
  }

  private enqueue(scope: TenantScope, entry: WaitingCommand | WaitingEdit): void {
    this.#queue.add(scope.tenantId, entry);
    this.armExpiry();
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.pump();
    });
  }

  private pump(): void {
    this.expire();
    for (let batch = this.#queue.take(); batch !== null; batch = this.#queue.take()) void this.carryOut(batch);
    if (this.#queue.waiting > 0 || this.#queue.inFlight > 0 || this.#offering > 0) return;
    if (this.#expiry) clearTimeout(this.#expiry);
    this.#expiry = null;
    this.#whenIdle?.();
  }

  private async carryOut(batch: Batch): Promise<void> {
    try {
      if ('edit' in batch) await batch.edit.run();
      else await this.carryOutCommands(batch.tenantId, batch.commands, batch.alone);
    } finally {
      this.#queue.done(batch);
      this.pump();
    }
  }

  private async carryOutCommands(tenantId: TenantId, waiting: WaitingCommand[], alone: boolean): Promise<void> {
    const [first] = waiting;
    if (!first) return;
    const started = performance.now();
    const commands = waiting.map(({ command }) => command);
    this.metrics.batch(commands.length);
    const settled = await this.batch.run(first.scope, commands, alone).catch((fault: unknown): Settled[] => {
      return commands.map(() => ({ fault }));
    });
    this.#msPerTransaction += NEWEST_WEIGHT * (performance.now() - started - this.#msPerTransaction);
    this.#queue.putBack(
      tenantId,
      waiting.filter((_, index) => settled[index] === 'deferred'),
    );
    this.tell(waiting, settled);
  }

  private tell(waiting: readonly WaitingCommand[], settled: readonly Settled[]): void {
    const nextDates = new Map<string, Promise<OccurrenceId | null>>();
    waiting.forEach((entry, index) => {
      const one = settled[index];
      if (one === undefined || one === 'deferred') return;
      if ('fault' in one) return entry.reject(one.fault);
      if (one.answer.kind !== 'refused' || one.answer.refusal.code !== 'OCCURRENCE_FULL') {
        return entry.resolve(one.answer);
      }
      this.#offering += 1;
      void this.withNextDate(entry, one, nextDates).then((answer) => {
        entry.resolve(answer);
        this.#offering -= 1;
        if (this.#offering === 0) this.pump();
      });
    });
  }

  /** A full date's answer offers the next one with seats: advice, looked up once per batch and after the commit. */
  private async withNextDate(
    { scope, command }: WaitingCommand,
    { answer, occurrence }: Exclude<Settled, string | { fault: unknown }>,
    nextDates: Map<string, Promise<OccurrenceId | null>>,
  ): Promise<Answer> {
    if (!occurrence || command.kind !== 'register') return answer;
    const key = `${occurrence.id}|${command.seats}`;
    let next = nextDates.get(key);
    if (!next) {
      const { eventId, startsAt: after } = occurrence;
      next = this.occurrences.findNextWithSeats(scope, { eventId, after, seats: command.seats }).catch(() => null);
      nextDates.set(key, next);
    }
    const nextWithSeats = await next;
    return answer.kind === 'refused' && answer.refusal.code === 'OCCURRENCE_FULL'
      ? refused({ ...answer.refusal, nextWithSeats })
      : answer;
  }

  /** What waits in front, in full transactions of the usual length: a long queue says no at once instead of late. */
  private expectedWaitMs(tenantId: TenantId): number {
    return Math.floor(this.#queue.waitingOf(tenantId) / MAX_EFFECTS) * this.#msPerTransaction;
  }

  /** Answers what waits past its deadline even when no transaction comes back to make room. */
  private armExpiry(): void {
    this.#expiry ??= setTimeout(() => {
      this.#expiry = null;
      this.expire();
      if (this.#queue.waiting > 0) this.armExpiry();
    }, EXPIRY_CHECK_MS).unref();
  }

  private expire(): void {
    for (const entry of this.#queue.expire(performance.now())) {
      if ('run' in entry) entry.reject(new RefusedError({ code: 'BUSY', retryAfterMs: RETRY_AFTER_MS }));
      else entry.resolve(busyAfter(0));
    }
  }
}

const busyAfter = (waitMs: number): Answer =>
  refused({ code: 'BUSY', retryAfterMs: Math.round(Math.max(RETRY_AFTER_MS, waitMs)) });
