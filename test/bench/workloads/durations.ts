import { prepareUniform } from '../load';
import { sample, summarise } from '../measure';
import { interleave } from '../rounds';
import { engineSubject } from '../subjects/engine';
import { slotsSubject } from '../subjects/slots';
import type { Subject } from '../subjects/subject';
import { chosen, type Aim, type Workload } from './workload';

const CLIENTS = 64;

interface Duration {
  readonly name: string;
  readonly hours: number;
  /** Of the registrations of a measurement: slots by the hundred take long. */
  readonly slotsShare: number;
}

const HOUR: Duration = { name: '1 h', hours: 1, slotsShare: 0.5 };
const LONGER: readonly Duration[] = [
  { name: '8 h', hours: 8, slotsShare: 0.25 },
  { name: '3 days', hours: 72, slotsShare: 0.05 },
];
/** How much slower slots have to be, in the order of `LONGER`. */
const AGAINST_SLOTS = [10, 50];

interface Case {
  readonly name: string;
  readonly about: string;
  readonly subject: Subject;
  readonly hours: number;
  readonly share: number;
}

const caseOf = (subject: Subject, { name, hours }: Duration, share: number): Case => ({
  name: `${subject.name} ${name}`,
  about: `${subject.about}; dates of ${name}`,
  subject,
  hours,
  share,
});

const CASES: readonly Case[] = [HOUR, ...LONGER].flatMap((duration) => [
  caseOf(engineSubject, duration, 1),
  caseOf(slotsSubject, duration, duration.slotsShare),
]);

const AIMS: readonly Aim[] = LONGER.flatMap(({ name }, index) => [
  { subject: `S' ${name}`, kind: 'faster', against: `S' ${HOUR.name}`, atLeast: 0.9, atMost: 1.1 },
  { subject: `S' ${name}`, kind: 'faster', against: `A ${name}`, atLeast: AGAINST_SLOTS[index] ?? 1 },
]);

/** W2 with longer dates: one interval costs the same however long it is; slots do not. */
export const durations: Workload = {
  id: 'W2-long',
  run: async (bench) => {
    const subjects = chosen(bench, CASES);
    const rounds = await interleave(
      subjects,
      { ...bench, rounds: bench.options.rounds },
      async ({ subject, hours, share }) => {
        const registrations = Math.ceil(bench.options.registrations * share);
        const load = await prepareUniform(bench.database, { registrations, tenants: 1, clients: CLIENTS, hours });
        const one = await sample(bench.database, subject, { load, expected: { CONFIRMED: registrations } });
        return summarise([one], '/s');
      },
    );
    return [
      {
        id: 'W2, longer',
        title: `W2 at one tenant with dates of 1 h, 8 h and 3 days, ${CLIENTS} clients: answers per second`,
        unit: '/s',
        subjects,
        rounds,
        aims: AIMS,
        notes: [
          `S' makes ${bench.options.registrations} registrations a measurement; A fewer, the longer the fewer ` +
            `(${CASES.filter(({ share }) => share < 1)
              .map(({ name, share }) => `${name}: ${Math.ceil(bench.options.registrations * share)}`)
              .join(', ')}).`,
        ],
      },
    ];
  },
};
