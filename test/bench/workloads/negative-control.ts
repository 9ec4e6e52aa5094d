import { holderOfUser, type UserId } from '../../../src/domain/ids';
import { newId } from '../../../src/platform/new-id';
import { overbookings } from '../../support/invariants';
import { prepareStorm, prepareUniform, type BookingLoad } from '../load';
import { sample } from '../measure';
import { engineSubject } from '../subjects/engine';
import { controlSubject } from '../subjects/naive';
import { postgresSubjects } from '../subjects/postgres';
import { slotsSubject } from '../subjects/slots';
import { WrongOutcomeError, partOf } from '../verify';
import { chosen, type Bench, type Section, type Workload } from './workload';

const STORMS = 10;
const MUST_SHOW = 9;
const PEOPLE = 60;
const SEATS = 30;
const OVERLAPPING = 20;

/** What one storm on the subject without a write lock broke. */
interface Storm {
  readonly oversold: number;
  readonly overlapping: number;
  /** Whether the checks that every other subject passes noticed both. */
  readonly noticed: boolean;
}

/**
 * The same storms on a subject that takes no lock. It has to sell seats twice and put people into two places at once, and
 * the checks have to see it: where they do not, they prove nothing about anybody else, and the bench fails.
 */
export const negativeControl: Workload = {
  id: 'control',
  run: async (bench) => {
    const held = await onePersonOnce(bench);
    const storms: Storm[] = [];
    for (let n = 1; n <= STORMS; n += 1) {
      bench.progress(`storm ${n} of ${STORMS}: ${controlSubject.name}`);
      storms.push(await storm(bench));
    }
    return [sectionOf(storms, held)];
  },
};

/**
 * Those who promise that nobody is in two places at once, asked by one person for all dates at once.
 *
 * @throws WrongOutcomeError
 */
async function onePersonOnce(bench: Bench): Promise<string[]> {
  const subjects = chosen(bench, [engineSubject, slotsSubject, ...postgresSubjects(await bench.postgres())]);
  for (const subject of subjects) {
    bench.progress(`one person: ${subject.name}`);
    const load = await prepareOnePerson(bench.database);
    const expected = { CONFIRMED: 1, OVERLAPPING_REGISTRATION: OVERLAPPING - 1 };
    await sample(bench.database, subject, { load, expected });
  }
  return subjects.map(({ name }) => name);
}

async function storm({ database }: Bench): Promise<Storm> {
  const crowd = await prepareStorm(database, { people: PEOPLE, seats: SEATS });
  const person = await prepareOnePerson(database);
  const oversold = (await confirmedBy(crowd, database)) - SEATS;
  const overlapping = (await confirmedBy(person, database)) - 1;
  const crowdFaults = await overbookings(database.connection, partOf(crowd));
  const personFaults = await overbookings(database.connection, partOf(person));
  const noticed =
    crowdFaults.some((fault) => fault.includes(`of ${SEATS} sold`)) &&
    personFaults.some((fault) => fault.includes('at the same time'));
  return { oversold, overlapping, noticed };
}

/** @throws WrongOutcomeError where the storms are too weak */
function sectionOf(storms: readonly Storm[], held: readonly string[]): Section {
  const shown = storms.filter(
    ({ oversold, overlapping, noticed }) => oversold > 0 && overlapping > 0 && noticed,
  ).length;
  if (shown < MUST_SHOW)
    throw new WrongOutcomeError('negative control', [`only ${shown} of ${STORMS} storms broke what they had to break`]);
  const range = (of: (one: Storm) => number): string =>
    `${Math.min(...storms.map(of))} to ${Math.max(...storms.map(of))}`;
  return {
    id: 'control',
    title: `negative control: the storms on ${controlSubject.name}, which has to fail`,
    unit: 'ms',
    subjects: [],
    rounds: [],
    aims: [],
    notes: [
      `${shown} of ${STORMS} storms oversold and double-booked, at least ${MUST_SHOW} have to: ${PEOPLE} people for ` +
        `${SEATS} seats sold ${range(({ oversold }) => oversold)} too many; one person asking for ${OVERLAPPING} ` +
        `overlapping dates got ${range(({ overlapping }) => overlapping)} too many. Every check noticed.`,
      `The same person got one date and ${OVERLAPPING - 1} refusals from ${held.join(', ')}.`,
    ],
  };
}

async function confirmedBy(load: BookingLoad, database: Bench['database']): Promise<number> {
  const open = await controlSubject.open(database);
  const { answers } = await open.drive(load);
  await open.close();
  return answers.filter(({ code }) => code === 'CONFIRMED').length;
}

/** One person's requests for occurrences that all take place at the same time, all at once. */
async function prepareOnePerson(database: Bench['database']): Promise<BookingLoad> {
  const load = await prepareUniform(database, { registrations: OVERLAPPING, tenants: 1, clients: OVERLAPPING });
  const userId = newId<UserId>();
  const requests = load.requests.map(({ scope, command }) => ({
    scope,
    command: { ...command, userId, holder: holderOfUser(userId) },
  }));
  return { ...load, requests };
}
