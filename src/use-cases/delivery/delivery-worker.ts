import { Injectable } from '@nestjs/common';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { MailFailedError } from '../../platform/mail-transport';
import { DeliveryRepository, type ClaimedDelivery, type DueDelivery } from '../../store/delivery.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { Poller } from '../jobs/poller';
import { MAX_ATTEMPTS, retryAt, shuffled, takeEach } from '../jobs/queue-work';
import { MailDispatch } from './mail-dispatch';

const SYSTEM = systemScope('delivery-worker');
const POLL_MS = 1_000;
const DELIVERIES_PER_POLL = 50;
/** So that one receiver's slow server holds up few others. */
const DELIVERIES_AT_ONCE = 8;
/** How long one attempt may take; the lease outlasts it, so that no two processes send the same mail at once. */
const ATTEMPT_MS = 30_000;
const LEASE_MS = 2 * ATTEMPT_MS;

/**
 * Sends what is due: claims each delivery by compare-and-set, sends it, marks it. Any number of processes may run one.
 * At least once: whoever dies after the sending and before the mark leaves a delivery that is sent again, with the same
 * Message-ID, once the lease has ended [K2].
 */
@Injectable()
export class DeliveryWorker {
  /** Attempts since the start of the process, by what became of them. */
  readonly stats = { sent: 0, retried: 0, dead: 0 };
  readonly #poller: Poller;
  #stopping = new AbortController();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly deliveries: DeliveryRepository,
    private readonly dispatch: MailDispatch,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#poller = new Poller({ name: 'deliveries', everyMs: POLL_MS, run: () => this.runDue() }, logger);
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#poller.start();
  }

  /** Resolves when the deliveries in hand are sent or given back; a server that takes its time is hung up on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#poller.stop();
  }

  /** Something may be due: look at once. */
  wake(): void {
    this.#poller.wake();
  }

  /** Tries everything that is due now; how many it had in hand. */
  async runDue(): Promise<number> {
    const due = await this.deliveries.findDue(SYSTEM, this.clock.now(), DELIVERIES_PER_POLL);
    return takeEach(shuffled(due), DELIVERIES_AT_ONCE, (one) => this.take(one));
  }

  private async take(due: DueDelivery): Promise<boolean> {
    const { signal } = this.#stopping;
    if (signal.aborted) return false;
    const [journalId] = due.id.split('|');
    const scope = tenantScope(due.tenantId, { kind: 'system', name: 'delivery-worker' }, `mail-${journalId}`);
    const lease = new Date(this.clock.now().getTime() + LEASE_MS);
    const claimed = await this.unitOfWork.run(scope, (tx) => this.deliveries.claim(tx, due, lease));
    if (claimed === null) return false;
    const failure = await this.try(scope, claimed, AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]));
    if (failure === null) {
      const now = this.clock.now();
      await this.unitOfWork.run(scope, (tx) => this.deliveries.markSent(tx, claimed, now));
      this.stats.sent += 1;
    } else {
      await this.failed(scope, claimed, failure);
    }
    return true;
  }

  private async try(
    scope: TenantScope,
    { delivery, unfinished }: ClaimedDelivery,
    signal: AbortSignal,
  ): Promise<MailFailedError | null> {
    if (this.clock.now() >= delivery.expiresAt) return new MailFailedError(EXPIRED, true);
    if (unfinished >= MAX_ATTEMPTS) return new MailFailedError('its workers die', true);
    try {
      await this.dispatch.send(scope, delivery, signal);
      return null;
    } catch (error) {
      if (error instanceof MailFailedError) return error;
      this.logger.error({ err: error, delivery: delivery.id }, 'a mail could not be made');
      return new MailFailedError('not made', false);
    }
  }

  /**
   * Tried again later and later until what it carries is of no more use, however often: a mail server may be away for days.
   * What is refused for good is left alone; that, and many failures, raise an alarm.
   */
  private async failed(
    scope: TenantScope,
    claimed: ClaimedDelivery,
    { reason, permanent }: MailFailedError,
  ): Promise<void> {
    const now = this.clock.now();
    const { delivery, attempts } = claimed;
    const facts = { delivery: delivery.id, kind: delivery.kind, reason, attempts };
    if (permanent) {
      if (reason === EXPIRED) this.logger.warn(facts, 'a delivery expired before it could be sent');
      else this.logger.error({ ...facts, alarm: 'delivery' }, 'a delivery is given up');
      this.stats.dead += 1;
      const end = { deadAt: now, why: reason };
      return this.unitOfWork.run(scope, (tx) => this.deliveries.bury(tx, claimed, end));
    }
    this.stats.retried += 1;
    const later = Math.min(retryAt(now, attempts).getTime(), delivery.expiresAt.getTime());
    const next = { due: new Date(later), why: reason };
    if (attempts === MAX_ATTEMPTS)
      this.logger.error({ ...facts, alarm: 'delivery' }, 'a delivery fails again and again');
    else this.logger.warn(facts, 'a delivery failed');
    return this.unitOfWork.run(scope, (tx) => this.deliveries.giveBack(tx, claimed, next));
  }
}

const EXPIRED = 'expired';
