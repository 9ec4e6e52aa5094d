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

interface Pass {
  followed: number;
  /** What has to be tried again soon: a large date before it in its event is still on its way, say. */
  later: number;
}

/**
 * Countries change their clocks, and the dates stored before are an hour off what was announced: once a day every date
 * that is still to come is compared with the time zone data of today, and follows it with everybody registered [A12]. One
 * whose people would be in two places is reported and left; the next day it is tried again. One process a day will do; two
 * at the same dates conflict, and the second finds nothing to do. Never one whose data is older than another's: it would
 * take the dates back.
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
    const pass: Pass = { followed: 0, later: 0 };
    for await (const tenantId of tenantIds(this.organizations, SYSTEM, 'ACTIVE')) {
      if (this.stopping) break;
      const actor = { kind: 'system', name: 'clock-changes' } as const;
      await this.tryTenant(tenantScope(tenantId, actor, `clocks-${tenantId}`), pass);
    }
    if (this.stopping || pass.later > 0) this.againSoon();
    else await this.data.checked(now);
    const { followed } = pass;
    if (followed > 0) this.logger.info({ followed, timeZoneData: version }, 'dates followed a clock change');
    return followed;
  }

  /** A tenant that fails does not keep the others. */
  private async tryTenant(scope: TenantScope, pass: Pass): Promise<void> {
    try {
      for (const { id } of inMovingOrder(await this.astray.find(scope, () => this.stopping))) {
        if (this.stopping) return;
        await this.tryFollow(scope, id, pass);
      }
    } catch (error) {
      pass.later += 1;
      this.logger.warn({ err: error, tenantId: scope.tenantId }, 'dates were not compared with the clocks');
    }
  }

  /** A date that fails does not keep the others: its people have to choose, or it is tried again soon. */
  private async tryFollow(scope: TenantScope, id: OccurrenceId, pass: Pass): Promise<void> {
    try {
      if (await this.follow.execute(scope, id)) pass.followed += 1;
    } catch (error) {
      const code = error instanceof RefusedError ? error.code : null;
      if (code !== 'MOVE_CONFLICTS') pass.later += 1;
      const why = code === null ? { err: error } : { code };
      this.logger.warn({ ...why, occurrenceId: id, tenantId: scope.tenantId }, 'a date did not follow a clock change');
    }
  }
}
