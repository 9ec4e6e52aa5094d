import { Injectable } from '@nestjs/common';
import type { TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { DeliveryRepository } from '../../store/delivery.repository';
import { JournalRepository, type ClaimedRow } from '../../store/journal.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { DueHandler } from '../jobs/due-handler';
import { DeliveryWorker } from './delivery-worker';

/** Changes that people are written to about. Each wrote its mails with `MailOutbox`, in its own transaction. */
export const MAILED_TYPES = ['EMAIL_CODE_REQUESTED', 'USER_INVITED'] as const;

/** Expands a due row into its deliveries: from then on each is tried by itself. */
@Injectable()
export class ReleaseMails extends DueHandler {
  readonly types = MAILED_TYPES;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly deliveries: DeliveryRepository,
    private readonly journal: JournalRepository,
    private readonly worker: DeliveryWorker,
    private readonly clock: Clock,
  ) {
    super();
  }

  async step(scope: TenantScope, claimed: ClaimedRow): Promise<'DONE'> {
    const now = this.clock.now();
    await this.unitOfWork.run(scope, async (tx) => {
      await this.deliveries.release(tx, claimed.row.id, now);
      await this.journal.finish(tx, claimed);
    });
    this.worker.wake();
    return 'DONE';
  }
}
