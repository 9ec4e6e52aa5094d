/** The only source of "now". Injected everywhere, so that tests choose the time (fake timers would break the driver). */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/**
 * Whether less than `ms` have passed since then, all in milliseconds. No, where the clock was set back meanwhile: how much
 * has passed nobody knows, and what was to last a moment must not last for as long as the clock was wrong.
 */
export const isWithin = (now: number, since: number, ms: number): boolean => now >= since && now - since < ms;
