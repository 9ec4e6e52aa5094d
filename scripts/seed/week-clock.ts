import { DAY_MS } from '../../src/domain/civil-date';
import type { Recurrence } from '../../src/domain/event';
import { formatLocal, toWallMs } from '../../src/domain/wall-clock';

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Day = (typeof DAYS)[number];

export interface WeekTime {
  /** 0: the week of "now" in the zone; negative: before it. */
  readonly week: number;
  readonly day: Day;
  /** `18:30`. */
  readonly time: string;
}

/** A wall clock counted from the week that "now" lies in. */
export function localAt(zone: string, now: Date, { week, day, time }: WeekTime): string {
  const today = Math.floor(toWallMs(now.getTime(), zone) / DAY_MS);
  // 1 January 1970 was a Thursday.
  const monday = today - ((today + 3) % 7);
  const date = formatLocal((monday + week * 7 + DAYS.indexOf(day)) * DAY_MS).slice(0, 10);
  return `${date}T${time}:00`;
}

export const every = (rrule: string, exdates: readonly string[] = []): Recurrence => ({ rrule, exdates, rdates: [] });
