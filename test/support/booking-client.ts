import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { Answer, BookingCommand } from '../../src/domain/booking/commands';
import type { RegistrationId } from '../../src/domain/ids';
import type { Occurrence } from '../../src/domain/occurrence';
import type { TenantScope } from '../../src/domain/scope';
import { fromOccurrence } from '../../src/store/occurrence.schema';
import type { BookingEngine } from '../../src/use-cases/booking-engine';

/** Puts occurrences into the database as they are, past the use cases. */
export async function publish(connection: Connection, occurrences: readonly Occurrence[]): Promise<void> {
  await connection.collection('occurrences').insertMany(occurrences.map(fromOccurrence));
}

/** A well-behaved client: BUSY means that nothing happened, so it asks again, when it was told to, until yes or no. */
export async function untilTold(engine: BookingEngine, scope: TenantScope, command: BookingCommand): Promise<Answer> {
  for (;;) {
    const answer = await engine.submit(scope, command);
    if (answer.kind !== 'refused' || answer.refusal.code !== 'BUSY') return answer;
    await sleep(answer.refusal.retryAfterMs);
  }
}

/** `done`, another kind of answer, or the code of the refusal. */
export const outcomeOf = (answer: Answer): string => (answer.kind === 'refused' ? answer.refusal.code : answer.kind);

/** How many were told what. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The registration of an answer that says yes. */
export function registrationIdOf(answer: Answer): RegistrationId {
  if (answer.kind !== 'done') throw new Error(`told ${outcomeOf(answer)}`);
  return answer.registration.id;
}
