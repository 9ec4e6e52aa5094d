/** The only source of "now". Injected everywhere, so that tests choose the time (fake timers would break the driver). */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
