import { Injectable } from '@nestjs/common';
import { DAY_MS } from '../../domain/civil-date';
import { RefusedError } from '../../domain/errors';
import { inMovingOrder } from '../../domain/follow-clocks';
import type { OccurrenceId } from '../../domain/ids';
import { systemScope, tenantScope, type TenantScope } from '../../domain/scope';
import { Clock, isWithin } from '../../platform/clock';
import { Logger } from '../../platform/logger';
import { OrganizationRepository } from '../../store/organization.repository';
import { TimeZoneDataRepository } from '../../store/time-zone-data.repository';
import { FollowClockChange } from '../occurrences/follow-clock-change';
import { AstrayDates } from './astray-dates';
import { DailyJob } from './daily-job';
import { tenantIds } from './tenant-ids';

const SYSTEM = systemScope('clock-changes');

/**
 * Countries change their clocks, and the dates stored before are an hour off what was announced: once a day every date
 * that is still to come is compared with the time zone data of today, and follows it with everybody registered [A12]. One
 * whose people would be in two places is reported and left; the next day it is tried again. Of several processes one
 * compares, and never one whose data is older than another's: it would take the dates back.
 */
@Injectable()
export class ClockChanges extends DailyJob {
  constructor(
    private readonly data: TimeZoneDataRepository,
    private readonly organizations: OrganizationRepository,
    private readonly astray: AstrayDates,
    private readonly follow: FollowClockChange,
    clock: Clock,
    logger: Logger,
  ) {
    super('following clock changes', clock, logger);
  }

  /** One pass over all tenants, unless there was one within a day; how many dates followed. */
  async run(): Promise<number> {
    const now = this.clock.now();
    const { version, newest, checkedAt } = await this.data.reached();
    if (newest !== version) {
      this.logger.warn({ timeZoneData: version, newest }, 'another process has newer time zone data');
      return 0;
    }
    if (checkedAt !== null && isWithin(now.getTime(), checkedAt.getTime(), DAY_MS)) return 0;
    let followed = 0;
    for await (const tenantId of tenantIds(this.organizations, SYSTEM, 'ACTIVE')) {
      const scope = tenantScope(tenantId, { kind: 'system', name: 'clock-changes' }, `clocks-${tenantId}`);
      for (const { id } of inMovingOrder(await this.astray.find(scope))) {
        if (!this.stopping) followed += await this.tryFollow(scope, id);
      }
      if (this.stopping) return followed;
    }
    await this.data.checked(now);
    if (followed > 0) this.logger.info({ followed, timeZoneData: version }, 'dates followed a clock change');
    return followed;
  }

  /** How many dates followed: one that cannot does not keep the others. */
  private async tryFollow(scope: TenantScope, id: OccurrenceId): Promise<0 | 1> {
    try {
      return (await this.follow.execute(scope, id)) ? 1 : 0;
    } catch (error) {
      const why = error instanceof RefusedError ? { code: error.code } : { err: error };
      this.logger.warn({ ...why, occurrenceId: id, tenantId: scope.tenantId }, 'a date did not follow a clock change');
      return 0;
    }
  }
}
