import { runSchedules } from './schedules';

jest.setTimeout(120_000);

/** A first look: ten thousand run in `.ci/run`, by `npm run simulate`, in a fifth of the time that Jest's sandbox takes. */
const SCHEDULES = 400;

it('no schedule of the first four hundred breaks a promise', async () => {
  const { failed, schedules, faultless, faults, outcomes } = await runSchedules(1, SCHEDULES);
  expect(failed).toEqual([]);
  expect(schedules).toBe(SCHEDULES);
  // They were no idle ones: every fault was done, and the common ways to say no were met.
  expect(faultless).toBeLessThan(SCHEDULES / 2);
  expect(Object.keys(faults).sort()).toEqual(
    ['clockJumps', 'crashes', 'deadServer', 'elections', 'lostAnswer', 'lostRequest', 'slow', 'transient'].sort(),
  );
  expect(Object.keys(outcomes)).toEqual(
    expect.arrayContaining(['ok', 'unknown', 'BUSY', 'OCCURRENCE_FULL', 'OVERLAPPING_REGISTRATION']),
  );
});
