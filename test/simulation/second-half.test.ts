import { runSchedules } from './schedules';

jest.setTimeout(600_000);

const SCHEDULES = 5_000;

it('no schedule of the second five thousand breaks a promise', async () => {
  const { failed, schedules, faultless, faults, outcomes } = await runSchedules(5_001, SCHEDULES);
  expect(failed).toEqual([]);
  expect(schedules).toBe(SCHEDULES);
  // They were no idle ones: every fault was done, and every way to say no was met.
  expect(faultless).toBeLessThan(SCHEDULES / 2);
  expect(Object.keys(faults).sort()).toEqual(
    ['clockJumps', 'crashes', 'deadServer', 'elections', 'lostAnswer', 'lostRequest', 'slow', 'transient'].sort(),
  );
  expect(Object.keys(outcomes)).toEqual(
    expect.arrayContaining(['ok', 'unknown', 'BUSY', 'OCCURRENCE_FULL', 'OVERLAPPING_REGISTRATION', 'MOVE_CONFLICTS']),
  );
});
