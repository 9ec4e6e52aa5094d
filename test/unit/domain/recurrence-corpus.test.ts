import { admitRecurrence } from '../../../src/domain/admit-recurrence';
import { expand, firstMatch } from '../../../src/domain/recurrence';
import { parseRule } from '../../../src/domain/rule-policy';
import { toMembers } from '../../../src/domain/materialise';
import { corpusCases, type CorpusCase } from '../../support/recurrence-corpus';
import { refusalOf } from '../../support/refusal-of';

const FIVE_YEARS_MS = 5 * 366 * 86_400_000;

/** The policy of A10 wants a member within five years; everything else that the corpus asks for is allowed. */
const isOutsideThePolicy = ({ expected, set }: CorpusCase): boolean =>
  expected[0] === undefined || Date.parse(expected[0]) - Date.parse(set.startsAtLocal) > FIVE_YEARS_MS;

const cases = corpusCases();
const inside = cases.filter((one) => !isOutsideThePolicy(one));
const outside = cases.filter(isOutsideThePolicy);

function starts({ set, complete, expected }: CorpusCase): { starts: readonly string[]; complete: boolean } {
  const expansion = expand(set, complete ? {} : { limit: expected.length });
  const members = toMembers({ ...set, duration: 'PT1H' }, expansion.starts);
  return { starts: members.map(({ startsAtLocal }) => startsAtLocal), complete: expansion.complete };
}

describe('what three other projects test recurrence with', () => {
  it('is all accounted for: no case is passed over', () => {
    expect([inside.length, outside.length, cases.length]).toEqual([167, 4, 171]);
  });

  it.each(inside.map((one) => [one.name, one] as const))('agrees: %s', (_, one) => {
    expect(firstMatch(parseRule(one.set.recurrence.rrule), one.set)).toBe(one.expected[0]);
    expect(starts(one)).toEqual({ starts: one.expected, complete: one.complete });
  });

  it.each(outside.map((one) => [one.name, one] as const))(
    'is refused, with no date within five years: %s',
    (_, one) => {
      expect(refusalOf(() => admitRecurrence(one.set))).toMatchObject({ code: 'INVALID_RECURRENCE' });
    },
  );
});
