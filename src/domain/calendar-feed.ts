import type { CalendarFeedId, TenantId, UserId } from './ids';

export const CALENDAR_FEED_KINDS = ['MINE', 'ORGANIZATION'] as const;
/** MINE: what its user is registered for. ORGANIZATION: every published date. */
export type CalendarFeedKind = (typeof CALENDAR_FEED_KINDS)[number];
export const CALENDAR_FEED_STATUSES = ['ACTIVE', 'REVOKED'] as const;
export type CalendarFeedStatus = (typeof CALENDAR_FEED_STATUSES)[number];

/** How many active ones a user has at most: one per device, not one per whim. */
export const MAX_CALENDAR_FEEDS = 5;

/** A secret address under which a calendar program reads, without signing in, what its user may see [K6]. */
export interface CalendarFeed {
  readonly id: CalendarFeedId;
  readonly tenantId: TenantId;
  /** Whose it is: it answers as long as this user belongs to the organization. */
  readonly userId: UserId;
  readonly kind: CalendarFeedKind;
  readonly status: CalendarFeedStatus;
  /** Which of its user's few places it has, from 1: a place is taken once, so that there are never more. */
  readonly place: number;
  readonly createdAt: Date;
  /** To the hour or so; null: never. */
  readonly lastUsedAt: Date | null;
  /** Counts the transitions, from 1. */
  readonly version: number;
}

/** The first place that is free; null: none is. */
export function freePlace(active: readonly Pick<CalendarFeed, 'place'>[]): number | null {
  const taken = new Set(active.map(({ place }) => place));
  for (let place = 1; place <= MAX_CALENDAR_FEEDS; place += 1) if (!taken.has(place)) return place;
  return null;
}
