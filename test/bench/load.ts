import type { Answer, RegisterCommand } from '../../src/domain/booking/commands';
import type { RegistrationId, TenantId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import type { TenantScope } from '../../src/domain/scope';
import { SystemClock } from '../../src/platform/clock';
import { newId } from '../../src/platform/new-id';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import { at, makeOccurrence, makeRegister, makeScope } from '../support/make';
import type { BenchDatabase } from './bench-database';
import { closedLoop, type Loop } from './closed-loop';

/** One person's wish for a seat. */
export interface BookingRequest {
  readonly scope: TenantScope;
  readonly command: RegisterCommand;
}

/** Requests, and how many of them are under way at once (each client sends its next when it has its answer). */
export interface BookingLoad {
  readonly requests: readonly BookingRequest[];
  readonly clients: number;
  readonly occurrences: readonly Occurrence[];
}

/** An answer as its client saw it. */
export interface Outcome {
  /** `CONFIRMED`, or the code of the refusal. */
  readonly code: string;
  readonly registrationId: RegistrationId | null;
}

/** What a load came to. */
export type Driven = Loop<Outcome>;

const clock = new SystemClock();

/** Everybody at once after the seats of one occurrence: fresh tenant, fresh people. */
export async function prepareStorm(
  database: BenchDatabase,
  { people, seats }: { people: number; seats: number },
): Promise<BookingLoad> {
  const scope = makeScope();
  const occurrence = makeOccurrence(scope.tenantId, { capacity: seats, startsAt: at(24, clock.now()) });
  // The next date of the same event, so that "full" has something to offer.
  const next = makeOccurrence(scope.tenantId, { eventId: occurrence.eventId, startsAt: at(48, clock.now()) });
  await publish(database, [occurrence, next]);
  const requests = Array.from({ length: people }, () => ({ scope, command: makeRegister(occurrence) }));
  return { requests, clients: people, occurrences: [occurrence] };
}

export interface UniformPlan {
  readonly registrations: number;
  readonly tenants: number;
  readonly clients: number;
  /** How long each occurrence takes. */
  readonly hours?: number;
}

/** Every request its own occurrence and its own person: no two of them meet, but for the machine. */
export async function prepareUniform(
  database: BenchDatabase,
  { registrations, tenants, clients, hours = 1 }: UniformPlan,
): Promise<BookingLoad> {
  const scopes = Array.from({ length: tenants }, () => makeScope(newId<TenantId>()));
  const startsAt = at(24, clock.now());
  const requests = Array.from({ length: registrations }, (_, n) => {
    const scope = scopes[n % tenants] ?? makeScope();
    const occurrence = makeOccurrence(scope.tenantId, { startsAt, endsAt: at(hours, startsAt) });
    return { scope, occurrence, command: makeRegister(occurrence) };
  });
  const occurrences = requests.map(({ occurrence }) => occurrence);
  await publish(database, occurrences);
  return { requests: requests.map(({ scope, command }) => ({ scope, command })), clients, occurrences };
}

/** One person each for some dates of one organization, with seats for everybody else who may come. */
export async function prepareRoomy(
  database: BenchDatabase,
  { dates, seats }: { dates: number; seats: number },
): Promise<BookingLoad> {
  const scope = makeScope();
  const startsAt = at(24, clock.now());
  const occurrences = Array.from({ length: dates }, () =>
    makeOccurrence(scope.tenantId, { capacity: seats, startsAt }),
  );
  await publish(database, occurrences);
  const requests = occurrences.map((occurrence) => ({ scope, command: makeRegister(occurrence) }));
  return { requests, clients: 1, occurrences };
}

async function publish({ connection }: BenchDatabase, occurrences: readonly Occurrence[]): Promise<void> {
  await connection.collection('occurrences').insertMany(occurrences.map(fromOccurrence));
}

export function toOutcome(answer: Answer): Outcome {
  if (answer.kind === 'done') return { code: 'CONFIRMED', registrationId: answer.registration.id };
  return { code: answer.kind === 'refused' ? answer.refusal.code : answer.kind, registrationId: null };
}

export function requestOf({ requests }: BookingLoad, index: number): BookingRequest {
  const request = requests[index];
  if (!request) throw new Error('there is no such request');
  return request;
}

/** Sends a load: everybody has one request under way. */
export const drive = (
  load: BookingLoad,
  submit: (request: BookingRequest, index: number) => Promise<Outcome>,
): Promise<Driven> =>
  closedLoop({ requests: load.requests.length, clients: load.clients }, (index) =>
    submit(requestOf(load, index), index),
  );
