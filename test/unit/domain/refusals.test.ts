import { type Refusal, refusalMessage } from '../../../src/domain/refusals';

describe('what a person is told', () => {
  it.each<[string, Refusal]>([
    ['Only 1 seat is left on this date.', { code: 'OCCURRENCE_FULL', seatsLeft: 1, nextWithSeats: null }],
    ['Only 2 seats are left on this date.', { code: 'OCCURRENCE_FULL', seatsLeft: 2, nextWithSeats: null }],
    ['1 seat is taken already: the capacity cannot be lower.', { code: 'CAPACITY_BELOW_TAKEN', minimum: 1 }],
    ['2 seats are taken already: the capacity cannot be lower.', { code: 'CAPACITY_BELOW_TAKEN', minimum: 2 }],
    ['One registration takes at most 1 seat here.', { code: 'TOO_MANY_SEATS', maximum: 1 }],
    ['1 registered person would be in two places at once.', { code: 'MOVE_CONFLICTS', conflicts: [], total: 1 }],
    ['2 dates with registrations would disappear.', { code: 'DATES_WITH_REGISTRATIONS', occurrenceIds: [], total: 2 }],
  ])('counts one as one: %s', (message, refusal) => {
    expect(refusalMessage(refusal)).toBe(message);
  });
});
