import { Clock } from '../../src/platform/clock';

/** Stands still until the test moves it. */
export class TestClock extends Clock {
  #now: Date;

  constructor(start = '2027-01-04T09:00:00.000Z') {
    super();
    this.#now = new Date(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}
