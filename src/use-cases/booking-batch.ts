import { Injectable } from '@nestjs/common';
import { refused, type Answer, type BookingCommand, type RegisterCommand } from '../domain/booking/commands';
import { decide, type Decision } from '../domain/booking/decide';
import { OutcomeUnknownError, RefusedError } from '../domain/errors';
import type { OccurrenceId, TenantId } from '../domain/ids';
import type { Occurrence } from '../domain/occurrence';
import type { TenantScope } from '../domain/scope';
import { Clock } from '../platform/clock';
import { Logger } from '../platform/logger';
import { LruCache } from '../platform/lru-cache';
import { BookingRepository } from '../store/booking.repository';
import { SoloRegistration } from '../store/solo-registration';
import { RETRY_BUDGET_MS, UnitOfWork } from '../store/unit-of-work';

const REMEMBERED_OCCURRENCES = 10_000;

/** What is remembered of an occurrence: ten thousand whole ones would be memory, and work for the collector, for nothing. */
interface Hint {
  readonly tenantId: TenantId;
  readonly seatsLeft: number;
  /** Whether the short cut knows its kind: limited seats, time locks, nobody waiting. */
  readonly isPlain: boolean;
}

/** What became of one command: its answer, its fault, or nothing yet (its transaction had no room for it). */
export type Settled =
  { readonly answer: Answer; readonly occurrence?: Occurrence | undefined } | { readonly fault: unknown } | 'deferred';

/**
 * Turns commands of one tenant into one transaction: load → decide → flush → commit. Nobody is told before the commit is
 * on a majority, so a crash loses only commands that nobody was answered on.
 */
@Injectable()
export class BookingBatch {
  /** Occurrences as last seen: hints for batching and the short cut. Never trusted: the statements carry every rule. */
  readonly #seen = new LruCache<OccurrenceId, Hint>(REMEMBERED_OCCURRENCES);
  readonly stats = { batches: 0, solo: 0, bisected: 0 };

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: BookingRepository,
    private readonly solo: SoloRegistration,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** As far as last seen, this command can only be told no. */
  isExhausted({ kind, occurrenceId }: BookingCommand): boolean {
    return kind === 'register' && this.#seen.get(occurrenceId)?.seatsLeft === 0;
  }

  /** Every command settles; none harms its neighbours. */
  async run(scope: TenantScope, commands: readonly BookingCommand[], alone: boolean): Promise<Settled[]> {
    const [first] = commands;
    if (alone && first?.kind === 'register') {
      const settled = await this.shortCut(scope, first);
      if (settled) return [settled];
    }
    return this.shared(scope, commands);
  }

  private async shared(scope: TenantScope, commands: readonly BookingCommand[]): Promise<Settled[]> {
    const now = this.clock.now();
    try {
      const decision = await this.unitOfWork.run(
        scope,
        async (tx) => {
          const view = await this.repository.load(tx, commands);
          const made = decide(view, commands, now);
          await this.repository.flush(tx, made.changes);
          return made;
        },
        RETRY_BUDGET_MS,
      );
      this.stats.batches += 1;
      return this.settle(commands, decision);
    } catch (error) {
      return this.failed(scope, commands, error);
    }
  }

  private settle(commands: readonly BookingCommand[], { answers, occurrences }: Decision): Settled[] {
    const byId = new Map(occurrences.map((occurrence) => [occurrence.id, occurrence]));
    for (const occurrence of occurrences) this.#seen.set(occurrence.id, hintOf(occurrence));
    return commands.map((command, index) => {
      const answer = answers[index];
      return answer ? { answer, occurrence: byId.get(command.occurrenceId) } : 'deferred';
    });
  }

  /**
   * Nothing was committed. A budget that ended is BUSY for all; an outcome nobody knows is told as such. Anything else
   * means that the world disagrees with `decide`, or that one command is poison: the halves are tried alone, in order,
   * until the one that fails by itself is found.
   */
  private async failed(scope: TenantScope, commands: readonly BookingCommand[], error: unknown): Promise<Settled[]> {
    if (error instanceof RefusedError) return commands.map(() => ({ answer: refused(error.refusal) }));
    if (error instanceof OutcomeUnknownError) return commands.map(() => ({ fault: error }));
    const [only] = commands;
    if (commands.length === 1 && only) {
      this.#seen.delete(only.occurrenceId);
      const { kind, requestId, actor } = only;
      const facts = { err: error, alarm: 'booking', kind, requestId, actor, tenantId: scope.tenantId };
      this.logger.error(facts, 'a booking command failed by itself');
      return [{ fault: error }];
    }
    this.stats.bisected += 1;
    const middle = Math.ceil(commands.length / 2);
    const before = await this.shared(scope, commands.slice(0, middle));
    const rest = commands.slice(middle);
    // Who had no room comes before them, next time.
    const after = before.includes('deferred') ? rest.map(() => 'deferred' as const) : await this.shared(scope, rest);
    return [...before, ...after];
  }

  /** Null: the short cut does not fit, or did not pass; the normal path knows why. */
  private async shortCut(scope: TenantScope, command: RegisterCommand): Promise<Settled | null> {
    const seen = this.#seen.get(command.occurrenceId);
    // Another tenant's id takes exactly the way of one that never was.
    if (seen?.tenantId === scope.tenantId && (!seen.isPlain || seen.seatsLeft < command.seats)) return null;
    const now = this.clock.now();
    try {
      const outcome = await this.unitOfWork.tryOnce(scope, (tx) => this.solo.write(tx, command, now));
      if (!outcome.done) return null;
      const { registration, occurrence } = outcome.value;
      this.stats.solo += 1;
      this.#seen.set(occurrence.id, hintOf(occurrence));
      return { answer: { kind: 'done', registration, changed: true } };
    } catch (error) {
      return error instanceof OutcomeUnknownError ? { fault: error } : null;
    }
  }
}

const hintOf = ({ tenantId, capacity, seatsLeft, rules, waitCount }: Occurrence): Hint => ({
  tenantId,
  seatsLeft,
  isPlain: capacity !== null && waitCount === 0 && rules.conflictPolicy === 'BLOCK',
});
