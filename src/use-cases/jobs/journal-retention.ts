import { Injectable } from '@nestjs/common';
import { DAY_MS } from '../../domain/civil-date';
import type { TenantId } from '../../domain/ids';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { JournalRepository } from '../../store/journal.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UnitOfWork } from '../../store/unit-of-work';
import { DailyJob } from './daily-job';
import { tenantIds } from './tenant-ids';

/** For how long the journal is kept: `JOURNAL_RETENTION_DAYS`. */
export class JournalRetentionDays {
  constructor(readonly days: number) {}
}

const SYSTEM = systemScope('journal-retention');
/** Rows that go in one transaction: few enough to hold up nobody. */
const BATCH = 500;

/**
 * Lets the journal's rows go when they are as old as they have to be kept, of every tenant, closed ones too [N8]: once a
 * day, in any number of processes, of which two at the same rows conflict and the second finds them gone. A row that
 * leaves work to do stays, however old. No TTL index: it would know neither that, nor how far it has got.
 *
 * What reads old rows knows that they go: versions are counted by their objects and not by the journal, a history is told
 * from where it is kept, and a cancellation that is repeated after all that time counts no registrations any more.
 * Deliveries go by themselves, `DELIVERY_KEPT_MS` after their end.
 */
@Injectable()
export class JournalRetention extends DailyJob {
  constructor(
    private readonly kept: JournalRetentionDays,
    private readonly unitOfWork: UnitOfWork,
    private readonly organizations: OrganizationRepository,
    private readonly journal: JournalRepository,
    clock: Clock,
    logger: Logger,
  ) {
    super('letting go of the journal', clock, logger);
  }

  /** One pass over all tenants; how many rows are gone. A tenant that fails does not keep the others. */
  async run(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.kept.days * DAY_MS);
    let removed = 0;
    for await (const tenantId of tenantIds(this.organizations, SYSTEM)) {
      if (this.stopping) break;
      removed += await this.tryClear(tenantId, before);
    }
    if (removed > 0) this.logger.info({ removed, before }, 'journal rows are past their time');
    return removed;
  }

  private async tryClear(tenantId: TenantId, before: Date): Promise<number> {
    const actor = { kind: 'system', name: 'journal-retention' } as const;
    const scope = tenantScope(tenantId, actor, `retention-${tenantId}`);
    try {
      return await this.clear(scope, before);
    } catch (error) {
      this.logger.warn({ err: error, tenantId }, 'old journal rows were not removed');
      return 0;
    }
  }

  private async clear(scope: TenantScope, before: Date): Promise<number> {
    let removed = 0;
    let last: number;
    do {
      last = await this.unitOfWork.run(scope, (tx) => this.journal.removeSome(tx, before, BATCH));
      removed += last;
    } while (last === BATCH && !this.stopping);
    return removed;
  }
}
