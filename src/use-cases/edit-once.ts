import { Injectable } from '@nestjs/common';
import type { Outcome } from '../domain/idempotency';
import type { TenantScope } from '../domain/scope';
import { IdempotencyRepository } from '../store/idempotency.repository';
import { UnitOfWork, type Tx } from '../store/unit-of-work';
import { BookingEngine } from './booking-engine';
import { IdempotencyClaims, type KeyedOperation } from './idempotency-claims';
import { DueWorker } from './jobs/due-worker';

export interface KeyedEdit extends KeyedOperation {
  readonly key: string | null;
}

/** Does its work in a transaction; what it answers is remembered under the idempotency key. */
type Work = (tx: Tx) => Promise<Outcome>;

/**
 * One effect per idempotency key: the key is looked up first in the effect's own transaction and written last. The
 * answer names the object, whose fields are read afterwards, so a replay and a first answer are made alike [J1].
 */
@Injectable()
export class EditOnce {
  constructor(
    private readonly engine: BookingEngine,
    private readonly unitOfWork: UnitOfWork,
    private readonly idempotency: IdempotencyRepository,
    private readonly claims: IdempotencyClaims,
    private readonly worker: DueWorker,
  ) {}

  /**
   * What the key was answered with, if it was. For operations that judge their input before they have a transaction: by
   * the clock, say, which has moved on when a request is repeated. @throws IdempotencyKeyReusedError
   */
  earlier(scope: TenantScope, { key, ...operation }: KeyedEdit): Promise<Outcome | null> {
    return this.idempotency.replay(scope, this.claims.claim(scope, key, operation));
  }

  /** At once: for what nobody registers for, or can have registered for yet. @throws RefusedError BUSY; IdempotencyKeyReusedError */
  run(scope: TenantScope, keyed: KeyedEdit, work: Work): Promise<Outcome> {
    return this.unitOfWork.run(scope, this.once(scope, keyed, work));
  }

  /** For what people register for: in its turn among the tenant's bookings. @throws as `run` */
  async edit(scope: TenantScope, keyed: KeyedEdit, work: Work): Promise<Outcome> {
    const outcome = await this.engine.submitEdit(scope, this.once(scope, keyed, work));
    this.worker.wake();
    return outcome;
  }

  /** For an organization that a member of another one founds: the work is done in the new one, the key is the member's. */
  found(
    scope: TenantScope,
    { founded, ...keyed }: KeyedEdit & { readonly founded: TenantScope },
    work: Work,
  ): Promise<Outcome> {
    return this.unitOfWork.run(founded, this.once(scope, keyed, work));
  }

  private once(scope: TenantScope, { key, ...operation }: KeyedEdit, work: Work): Work {
    const claim = this.claims.claim(scope, key, operation);
    return async (tx) => {
      const home = tx.tenantId === scope.tenantId ? tx : tx.in(scope);
      const earlier = await this.idempotency.replay(home, claim);
      if (earlier !== null) return earlier;
      const outcome = await work(tx);
      if (claim !== null) await this.idempotency.add(home, [{ ...claim, outcome }]);
      return outcome;
    };
  }
}
