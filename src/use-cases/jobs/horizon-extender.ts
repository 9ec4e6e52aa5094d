import { Injectable } from '@nestjs/common';
import type { Event } from '../../domain/event';
import type { EventId } from '../../domain/ids';
import { horizonFor, materialiseMore, membersBefore } from '../../domain/materialise';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { EventRepository } from '../../store/event.repository';
import { OccurrenceRepository } from '../../store/occurrence.repository';
import { OrganizationRepository } from '../../store/organization.repository';
import { UnitOfWork, type Tx } from '../../store/unit-of-work';
import { newOccurrence } from '../events/new-occurrence';
import { DailyJob } from './daily-job';
import { tenantIds } from './tenant-ids';

const SYSTEM = systemScope('horizon-extender');
const PAGE = 200;

/**
 * Keeps the dates of recurring events stored as far ahead as promised [A11]: once a day, in any number of processes.
 * Each event is a transaction of its own that writes the event under its revision and only ever adds dates from its
 * horizon on: so nothing is made twice, and what was cancelled, dropped or edited meanwhile does not come back [B9].
 */
@Injectable()
export class HorizonExtender extends DailyJob {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly organizations: OrganizationRepository,
    private readonly events: EventRepository,
    private readonly occurrences: OccurrenceRepository,
    clock: Clock,
    logger: Logger,
  ) {
    super('extending horizons', clock, logger);
  }

  /** One pass over all tenants; how many dates were added. An event that fails does not keep the others. */
  async run(): Promise<number> {
    let added = 0;
    for await (const tenantId of tenantIds(this.organizations, SYSTEM, 'ACTIVE')) {
      if (this.stopping) return added;
      const scope = tenantScope(tenantId, { kind: 'system', name: 'horizon-extender' }, `horizon-${tenantId}`);
      for await (const event of this.eventsWithHorizon(scope)) {
        if (this.stopping) return added;
        if (horizonFor(event, this.clock.now()) > event.horizonAt) added += await this.tryExtend(scope, event.id);
      }
    }
    if (added > 0) this.logger.info({ added }, 'horizons extended');
    return added;
  }

  private async *eventsWithHorizon(scope: TenantScope): AsyncGenerator<Event & { readonly horizonAt: Date }> {
    let after: EventId | null = null;
    do {
      const page: Event[] = await this.events.findWithHorizon(scope, { after, first: PAGE });
      for (const event of page) if (event.horizonAt !== null) yield { ...event, horizonAt: event.horizonAt };
      after = page.length === PAGE ? (page.at(-1)?.id ?? null) : null;
    } while (after !== null);
  }

  private async tryExtend(scope: TenantScope, id: EventId): Promise<number> {
    const now = this.clock.now();
    try {
      return await this.unitOfWork.run(scope, (tx) => this.extend(tx, id, now));
    } catch (error) {
      this.logger.warn({ err: error, eventId: id, tenantId: scope.tenantId }, 'a horizon was not extended');
      return 0;
    }
  }

  /** Nothing to do where the event was edited, cancelled, deleted, or extended by somebody else meanwhile. */
  private async extend(tx: Tx, id: EventId, now: Date): Promise<number> {
    const event = await this.events.findById(tx, id);
    if (!event?.horizonAt || event.editing || event.status === 'CANCELLED') return 0;
    const ahead = await this.occurrences.countAhead(tx, id, now);
    const more = materialiseMore(event, { horizonAt: event.horizonAt, now, ahead });
    const { horizonAt } = more;
    if (horizonAt?.getTime() === event.horizonAt.getTime()) return 0;
    const members = [...membersBefore(event, event.horizonAt, now), ...more.members];
    // An edit may have kept dates beyond its horizon, and those before it are there as a rule.
    const stored = await this.occurrences.findKeys(
      tx,
      event,
      members.map(({ recurrenceId }) => recurrenceId),
    );
    const dates = members
      .filter(({ recurrenceId }) => !stored.has(recurrenceId))
      .map((one) => newOccurrence(event, one));
    await this.events.moveHorizon(tx, event, horizonAt);
    await this.occurrences.addMany(tx, dates);
    return dates.length;
  }
}
