import type { Holder, UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { runMigrations } from '../../../src/store/migrations';
import { TestClock } from '../../support/clock';
import { testDatabase } from '../../support/mongo';
import { byRule, makeOrganizer, officeOn } from '../../support/organizer';

const database = testDatabase();
beforeAll(() => runMigrations(database.connection));

test('read holder by holder, everybody’s registrations come whole and once, however the pages are cut', async () => {
  const { createEvent, datesOf, register, store } = officeOn(database.connection, new TestClock());
  const scope = makeOrganizer();
  const event = await createEvent.execute(scope, byRule('FREQ=DAILY;COUNT=3'));
  const dates = await datesOf(scope, event.id);
  const made: string[] = [];
  for (let person = 0; person < 7; person += 1) {
    const userId = newId<UserId>();
    for (const date of dates.slice(person % 3)) made.push((await register(scope, date, userId)).id);
  }
  const ids = dates.map(({ id }) => id);
  for (const limit of [4, 5, 6, made.length, 100]) {
    const read: string[] = [];
    const holders: Holder[] = [];
    let after: Holder | null = null;
    do {
      const page: Awaited<ReturnType<typeof store.registrations.pageByHolder>> = await store.registrations.pageByHolder(
        scope,
        ids,
        { after, limit },
      );
      read.push(...page.registrations.map(({ id }) => id));
      holders.push(...new Set(page.registrations.map(({ holder }) => holder)));
      after = page.next;
    } while (after !== null);
    expect(read.sort()).toEqual([...made].sort());
    expect(new Set(holders).size).toBe(holders.length);
  }
});
