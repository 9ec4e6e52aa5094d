/**
 * The one definition of "at the same time": half-open `[startsAt, endsAt)`, to the millisecond. Touching ends do not
 * overlap [C12, D17].
 */
export interface Interval {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export const overlaps = (a: Interval, b: Interval): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt;
