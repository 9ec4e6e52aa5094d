import { expectedOfStorm } from '../../bench/workloads/fairness';

const plan = { people: 300, seats: 100 };

describe('the answers of a storm', () => {
  it('are its seats and as many refusals as there are others', () => {
    const expected = { CONFIRMED: 100, OCCURRENCE_FULL: 200, BUSY: 0 };
    expect(expectedOfStorm({ CONFIRMED: 100, OCCURRENCE_FULL: 200 }, plan)).toEqual(expected);
    expect(expectedOfStorm({ CONFIRMED: 99, OCCURRENCE_FULL: 201 }, plan)).toEqual(expected);
    expect(expectedOfStorm({}, plan)).toEqual(expected);
  });

  it('are never more than its seats, whoever was told BUSY', () => {
    expect(expectedOfStorm({ CONFIRMED: 101, BUSY: 50, OCCURRENCE_FULL: 149 }, plan)).toMatchObject({ CONFIRMED: 100 });
  });

  it('may leave seats free to those who were told BUSY, but then nobody was told that it is full', () => {
    expect(expectedOfStorm({ CONFIRMED: 60, BUSY: 240 }, plan)).toEqual({
      CONFIRMED: 60,
      OCCURRENCE_FULL: 0,
      BUSY: 240,
    });
    expect(expectedOfStorm({ CONFIRMED: 60, BUSY: 10, OCCURRENCE_FULL: 230 }, plan)).toMatchObject({
      OCCURRENCE_FULL: 0,
    });
  });
});
