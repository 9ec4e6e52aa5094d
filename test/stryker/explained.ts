/** Why a mutant that no test notices is right to survive, by file and by what it puts for what. */
export interface Explanation {
  readonly file: string;
  readonly code: string;
  readonly replacement: string;
  readonly why: string;
}

const ALWAYS_THERE = 'for the compiler: a registration’s date is always loaded with it, and never goes before it';
const NEVER_THROWN = 'a guard against our own mistakes: a change of what was not loaded would fail one line later';
const MOVED_WITH_ITS_DATE =
  'for the compiler: a registration is moved because its date was edited a few lines before, so the date is there';

const HOLDS_ITS_OWN = 'a date of this epoch holds its place by its own key a few lines before';
const BOTH_OR_NONE = 'for the compiler: a list has a first and a last, or neither, and then nothing is looked up';
const NOTHING_TO_SET = 'saves bytes: the server takes an operator without fields, and does nothing for it';
const NET_AS_WELL = 'saves work: the statement for removing and adding does the same where nothing is removed';
const PUSHED = '{ return { filter, update: { $push: { iv: { $each: entries } }, $setOnInsert: { expiresAt…';

/** By file: what the code says, what it becomes, and why nobody can notice. */
const REASONS: Readonly<Record<string, readonly (readonly [code: string, replacement: string, why: string])[]>> = {
  'src/domain/booking/cancellation.ts': [
    ['occurrence === null', 'false', ALWAYS_THERE],
    ['occurrence !== null', 'true', ALWAYS_THERE],
  ],
  'src/domain/booking/decide-edit.ts': [
    [
      'set.capacity === undefined',
      'false',
      'for the compiler: a capacity that is not set is below nothing (`undefined < taken` is false), so the date is passed over all the same',
    ],
    [
      'registration === null',
      'false',
      'for the compiler: an edit’s view asks for registrations by their dates, never by id, so none is asked for and not there',
    ],
    [
      'ledger.occurrence(registration.occurrenceId)?.rules',
      'ledger.occurrence(registration.occurrenceId).rules',
      MOVED_WITH_ITS_DATE,
    ],
    ['occurrence === null', 'false', MOVED_WITH_ITS_DATE],
  ],
  'src/domain/booking/ledger.ts': [
    [
      '[]',
      '["Stryker was here"]',
      'beside what a bucket holds: the text that is put there has no times, so it overlaps nothing and is passed over',
    ],
    ['registration === null', 'false', NEVER_THROWN],
    ['before === null', 'false', NEVER_THROWN],
  ],
  'src/domain/follow-clocks.ts': [
    ['one.startsAt.getTime() === other.startsAt.getTime()', 'true', 'the end moves with the start'],
    [
      'one.startsAtLocal === other.startsAtLocal',
      'true',
      'a wall clock differs only where the instant or the adjustment does',
    ],
  ],
  'src/domain/match-members.ts': [
    ['past.filter((stored) => stored.epoch !== epoch)', 'past', HOLDS_ITS_OWN],
    ['stored.epoch !== epoch', 'true', HOLDS_ITS_OWN],
    [
      '[...ruleKeys(from, older)].filter(([, key]) => held.has(key))',
      '[...ruleKeys(from, older)]',
      'what the old rule has ahead is stored and was paired before; what is behind is never created',
    ],
    ['a.recurrenceId < b.recurrenceId', 'a.recurrenceId <= b.recurrenceId', 'no two of them have the same key'],
    ['(startsOnDate.get(date) ?? 0) + 1', '(startsOnDate.get(date) ?? 0) - 1', 'any numbers that differ will do'],
    ['first === undefined || last === undefined', 'first === undefined && last === undefined', BOTH_OR_NONE],
    ['first === undefined', 'false', BOTH_OR_NONE],
    ['last === undefined', 'false', BOTH_OR_NONE],
    [
      '{ from: `${first}T00:00:00`, until: `${last}T23:59:59` }',
      '{}',
      'saves work: only the keys of dates within are looked up',
    ],
  ],
  'src/domain/series-change.ts': [
    ['[]', '["Stryker was here"]', 'whether a start or a length was set on the date is asked, and this is neither'],
    [
      'from.recurrence === null',
      'true',
      'saves work: of a series the days before today have begun, and are left alone',
    ],
    ['a < b', 'a <= b', 'of two equal texts either will do'],
    ['a > b', 'a >= b', 'of two equal texts either will do'],
  ],
  'src/domain/start-reach.ts': [
    [
      'startsAtLocal >= before.slice(0, 10)',
      'startsAtLocal > before.slice(0, 10)',
      'a day and a time is never equal to a day',
    ],
  ],
  'src/store/booking-statements.ts': [
    ["''", '"Stryker was here!"', 'the server does not look at what an unset field would be set to'],
    ['Object.keys(values).length > 0', 'Object.keys(values).length >= 0', NOTHING_TO_SET],
    ['Object.keys(unset).length > 0', 'true', NOTHING_TO_SET],
    ['Object.keys(unset).length > 0', 'Object.keys(unset).length >= 0', NOTHING_TO_SET],
    ['removed.length > 0', 'true', 'nothing is in an empty list'],
    ['removed.length > 0', 'removed.length >= 0', 'nothing is in an empty list'],
    ['removed.length === 0', 'false', NET_AS_WELL],
    [PUSHED, '{}', NET_AS_WELL],
  ],
};

export const EXPLAINED: readonly Explanation[] = Object.entries(REASONS).flatMap(([file, reasons]) =>
  reasons.map(([code, replacement, why]) => ({ file, code, replacement, why })),
);
