/** What each invariant of `reliability.md` is called, and who looks after it. The checker's names are these. */
export const INVARIANTS = {
  I1: 'no seat is sold twice',
  I2: 'counters agree with registrations',
  I3: 'no seat stays free while somebody waits: n/a until there is a waitlist',
  I4: 'first come, first served: n/a until there is a waitlist',
  I5: 'nobody is in two places at once',
  I6: 'one active registration per person and date',
  I7: 'nothing that was acknowledged is lost',
  I8: 'nothing is there that nobody asked for',
  I9: 'a definite no had no effect; an unknown outcome settles',
  I10: 'one effect and one answer per idempotency key',
  I11: 'the journal is whole, and the state is what it says',
  I12: 'work that was left is done',
  I13: 'only legal transitions',
  I14: 'no tenant reads or changes what is another one’s',
  I15: 'the dates of a series are those of its rule, once each',
  I16: 'wall clocks and instants agree; zones of hosts: `npm run test:zones`',
  I17: 'who was answered reads it',
  I18: 'no reader is behind longer than the documented bound',
  I19: 'a graceful stop fails nobody: F2',
  I20: 'processes stay up and within their memory',
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** One broken promise. */
export interface Finding {
  readonly invariant: Invariant;
  readonly what: string;
}

/** The kinds of faults of `reliability.md` that have to be injected; F16, F17 and F19 are other tests'. */
export const KINDS_ASKED_FOR = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 18, 20, 21, 22, 23, 24].map(
  (number) => `F${number}`,
);
